// Every call to the server. Errors that a person can mend arrive as {error: sentence}.

export class Refused extends Error {}

async function call(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { ...options, headers: { "X-TexTuneS": "1", ...options.headers } });
  } catch {
    throw new Refused(words.offline ?? "The server does not answer.");
  }
  const body = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) throw new Refused(body?.error ?? words.offline ?? `${response.status}`);
  return body;
}

const post = (path, body) =>
  call(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });

export let words = {};

export async function hello() {
  const answer = await call("/api/hello");
  words = answer.words;
  return answer;
}

export const say = (text) => post("/api/messages", { text });
export const score = (message, wish) => post(`/api/messages/${encodeURIComponent(message)}/score`, { wish });

// Options by name; those that hold a file make it an upload.
export function command(name, options) {
  const path = `/api/commands/${encodeURIComponent(name)}`;
  if (!Object.values(options).some((value) => value instanceof File)) return post(path, options);
  const form = new FormData();
  for (const [key, value] of Object.entries(options)) form.append(key, value);
  return call(path, { method: "POST", body: form });
}

export const press = (action, target, value = null) => post("/api/press", { action, target, value });

export function sendFile(file, wish) {
  const form = new FormData();
  form.append("wish", wish);
  form.append("file", file);
  return call("/api/files", { method: "POST", body: form });
}

export const complete = (name, option, text) =>
  call(`/api/complete?${new URLSearchParams({ command: name, option, text })}`);

// Calls `onEntry` for every entry of the conversation, old ones first, then live ones as they come and change.
export function listen(onEntry) {
  const events = new EventSource("/api/events");
  events.addEventListener("entry", (event) => onEntry(JSON.parse(event.data)));
}
