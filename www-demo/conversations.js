// The conversations of the demo: shared by the page and by its server.

export const conversations = Object.freeze([
  Object.freeze({ id: "general", title: "General", topic: "Anything that has no other place" }),
  Object.freeze({ id: "launch", title: "Launch", topic: "What is left until it ships" }),
  Object.freeze({ id: "lunch", title: "Lunch", topic: "Where, and who brings the bread" }),
]);
