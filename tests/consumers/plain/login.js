// The page to sign in: gets a token, keeps it, and goes back.
const server = document.querySelector("meta[name=chat-server]").content;

document.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const name = new FormData(event.target).get("name");
  const response = await fetch(`${server}/login`, { method: "POST", body: JSON.stringify({ name }) });
  localStorage.setItem("token", await response.text());
  location.replace(new URLSearchParams(location.search).has("returnTo") ? "index.html" : "about.html");
});
