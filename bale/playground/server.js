// The emulator behind the page: its control API, and the stream of what changes.

import { store } from "./store.js";

/** Which bot of the server this page is for. */
const BOT = new URLSearchParams(location.search).get("bot");

function control(path) {
  return `/control/${path}${BOT ? `?bot=${encodeURIComponent(BOT)}` : ""}`;
}

/** All bots of the server. */
export async function bots() {
  const answer = await (await fetch("/control/bots")).json();
  return answer.result ?? [];
}

/** Does something; gives the result, or throws what the emulator says. */
export async function post(path, body = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(control(path), { method: "POST", body: text });
  const answer = await response.json();
  if (!answer.ok) throw new Error(answer.description);
  return answer.result;
}

/** A text of the control API. */
export async function text(path) {
  const response = await fetch(control(path));
  return response.text();
}

/** Where a file can be read. */
export function fileUrl(fileId) {
  return control(`file/${encodeURIComponent(fileId)}`);
}

/** How long until the next try, where the browser does not try by itself. */
const AGAIN = 2000;

/** Listens for good. */
export function listen() {
  const source = new EventSource(control("events"));
  source.onopen = () => store.setConnected(true);
  source.onerror = () => {
    store.setConnected(false);
    // An answer that is no stream, of a proxy for example, ends the browser's patience.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN);
  };
  source.onmessage = (event) => store.take(JSON.parse(event.data));
}

/** A file as the control API takes it. */
export function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error);
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.readAsDataURL(file);
  });
}
