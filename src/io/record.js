// A waiting message as it is stored: JSON, so that another version, or a person, can read it.

export const encode = (kind, status, attempts, queuedAt, error, message) =>
  `{"kind":"${kind}","status":"${status}","attempts":${attempts},"queuedAt":"${isoDate(queuedAt)}","error":${JSON.stringify(error ?? null)},"message":${message}}`;

/** [kind, status, attempts, queuedAt, error, message as JSON, conversationId], or undefined for what is no record. */
export function decode(text) {
  try {
    const { kind, status, attempts, queuedAt, error, message } = JSON.parse(text);
    const time = Date.parse(queuedAt);
    if (typeof message.conversationId !== "string" || !(attempts >= 0) || !(time >= 0)) return;
    return [kind, status, attempts, time, error, JSON.stringify(message), message.conversationId];
  } catch {}
}

export const isoDate = (time) => new Date(time).toISOString();

export const utf8Length = (text) => new TextEncoder().encode(text).length;

export const warn = (text) => console.warn(text);
