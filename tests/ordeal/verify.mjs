// What the ordeal demands: compares the database with what the pages sent and noted.

/**
 * Violations as {rule, text}. `records`: the database's. `sent`: by number, {tab, conversationId, content}: what a page was asked to send.
 * `notes`: what `sendMessage` returned there, {number, user, id, persisted} or {number, user, refused}; one that a crash cut off is missing.
 * `settled`: how deliveries ended, {number, status}. `exactlyOnce`: whether the server ignores an id that it has seen.
 */
export function verify({ records, sent, notes, settled, exactlyOnce }) {
  const violations = [];
  const violate = (rule, text) => violations.push({ rule, text });
  const noted = new Map(notes.map((note) => [note.number, note]));
  const arrived = new Map();

  for (const { user, id, message } of records.filter(({ kind }) => kind === "message")) {
    const { number, as } = message;
    const asked = sent.get(number);
    const note = noted.get(number);
    const same = asked && ["tab", "conversationId", "content"].every((name) => asked[name] === message[name]);
    if (!same || (note && note.id !== id)) violate("nothing that was not sent", `${number} (${id}) is in the database`);
    if (user !== as || (note && user !== note.user)) violate("owner", `${number}, sent by ${note?.user ?? as}, arrived as ${user}'s`);
    if (!arrived.has(number)) arrived.set(number, { user: as, ...message });
    else if (exactlyOnce) violate("once", `${number} (${id}) is in the database again`);
  }

  for (const { number, user, id, persisted } of notes) {
    if (persisted && !arrived.has(number)) violate("no loss", `${number} (${id}) of ${user} is not in the database`);
  }
  for (const { number, status } of settled) {
    if (status !== "delivered") violate("settled", `${number} was settled as ${status}`);
    else if (!arrived.has(number)) violate("settled", `${number} was settled as delivered, and is not in the database`);
  }

  const last = new Map();
  for (const { number, user, conversationId, tab } of arrived.values()) {
    const line = JSON.stringify([user, conversationId, tab]);
    if (last.get(line) > number) violate("order", `${number} comes after ${last.get(line)} in ${conversationId} of ${user}, tab ${tab}`);
    last.set(line, Math.max(number, last.get(line) ?? 0));
  }
  for (const { user, id } of records.filter(({ kind }) => kind === "overlap")) {
    violate("one tab flushes", `${id} of ${user} came over two living connections`);
  }
  return violations;
}

/** How often the server was sent an id that it had. */
export function repetitions(records) {
  const ids = records.filter(({ kind }) => kind === "message" || kind === "again").map(({ user, id }) => JSON.stringify([user, id]));
  return ids.length - new Set(ids).size;
}
