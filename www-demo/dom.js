// The little that this page needs for building its document. Text only ever becomes text: nothing here parses HTML.

/** `element("button", { type: "button", class: "quiet", onclick }, "Retry")` */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== false));
  return node;
}

export const byId = (id) => document.getElementById(id);

/** A symbol of the sprite in index.html. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** Writes only what differs, so that a live region does not speak again and a selection survives. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Makes the children of `parent` show `items`, in that order. A child is kept for as long as its key is there, so focus stays where it is and a
 * screen reader hears of new items only. `update` runs for every item, `create` for new ones.
 */
export function showList(parent, items, { key, create, update }) {
  const wanted = new Set(items.map(key));
  const kept = new Map();
  for (const child of [...parent.children]) {
    if (wanted.has(child.dataset.key)) kept.set(child.dataset.key, child);
    else child.remove();
  }
  let next = parent.firstElementChild;
  for (const item of items) {
    const id = key(item);
    const child = kept.get(id) ?? create(item);
    child.dataset.key = id;
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
    update(child, item);
  }
}

/** For a list that grows at its end: the function it returns scrolls there, unless the reader has scrolled up. */
export function followEnd(list) {
  let following = true;
  list.addEventListener("scroll", () => {
    following = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  });
  const toEnd = ({ anyway = false } = {}) => {
    if (following || anyway) list.scrollTop = list.scrollHeight;
  };
  new ResizeObserver(() => toEnd()).observe(list);
  return toEnd;
}

/** Runs `render` once after any number of calls, when the current task is over. */
export function coalesce(render) {
  let scheduled = false;
  return () => {
    if (scheduled) return;
    scheduled = true;
    setTimeout(() => {
      scheduled = false;
      render();
    });
  };
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

export function time(iso) {
  const date = new Date(iso);
  return element("time", { datetime: iso }, Number.isNaN(date.getTime()) ? "" : clock.format(date));
}
