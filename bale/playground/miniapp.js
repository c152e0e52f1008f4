// Mini apps: a frame with signed init data, and what it may ask of the chat.

import { dialog, h } from "./dom.js";
import { store } from "./store.js";
import { t } from "./words.js";

async function hmac(key, text) {
  const bytes = typeof key === "string" ? new TextEncoder().encode(key) : key;
  const imported = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, new TextEncoder().encode(text)));
}

/**
 * `initData` as a mini app gets it: pairs sorted, joined by line feeds, signed by a key made of the token.
 * Source: docs.bale.ai, mini apps (official); the order of key and data of the secret as in most deployed code.
 */
export async function initData(token, user, now = Math.floor(Date.now() / 1000)) {
  const pairs = {
    auth_date: `${now}`,
    query_id: `${now}${user.id}`,
    user: JSON.stringify({ id: user.id, first_name: user.first_name, username: user.username, allows_write_to_pm: true }),
  };
  const check = Object.keys(pairs).sort().map((key) => `${key}=${pairs[key]}`).join("\n");
  const signature = await hmac(await hmac("WebAppData", token), check);
  const hash = [...signature].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return new URLSearchParams({ ...pairs, hash }).toString();
}

/** Opens the page of a mini app. `send` takes its data, if a button of the reply keyboard opened it. */
export async function openMiniApp(url, userId, send) {
  if (!/^https?:\/\//i.test(url)) return;
  const data = await initData(store.info.token, store.users.get(userId) ?? { id: userId, first_name: "" });
  const elsewhere = new URL(url).origin !== location.origin;
  // With our own origin it would be part of this page, and could take the sandbox away.
  const sandbox = `allow-scripts allow-forms allow-popups${elsewhere ? " allow-same-origin" : ""}`;
  const frame = h("iframe", { class: "mini-app", title: t("mini_app"), sandbox, src: `${url.split("#")[0]}#tgWebAppData=${encodeURIComponent(data)}` });
  const window_ = dialog(t("mini_app"), t("close"), h("p", { class: "hint is-small", dir: "ltr" }, url), frame);
  window_.classList.add("is-wide");
  const hear = (event) => {
    if (event.source !== frame.contentWindow || event.data?.bale !== true) return;
    if (event.data.act === "close") window_.close();
    if (event.data.act === "data" && send) {
      send(`${event.data.data}`);
      window_.close();
    }
  };
  addEventListener("message", hear);
  window_.addEventListener("close", () => removeEventListener("message", hear));
}
