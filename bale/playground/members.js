// Who is in a group, who comes and who goes.

import { avatar, dialog, h, refill } from "./dom.js";
import { post } from "./server.js";
import { store } from "./store.js";
import { t } from "./words.js";

/** The people of a chat: all that the emulator knows in, but bots and who was banned. */
export function membersOf(chat) {
  return (chat?.members ?? []).filter(({ user, status }) => !user.is_bot && status !== "kicked").map(({ user }) => user.id);
}

/** The window in which people come and go. */
export function openMembers(view, chatId) {
  const here = h("ul", { class: "people-list" });
  const outside = h("ul", { class: "people-list" });
  const heading = h("h3", { class: "head" }, t("not_here"));
  const row = (id, act) => h("li", {}, avatar(store.name(id), id, "small"), h("span", { class: "grow" }, h("bdi", {}, store.name(id))),
    h("button", { type: "button", class: "button is-small", "data-hold": `${act}${id}`, onclick: () => view.try(() => post(act, { chat_id: chatId, user_id: id })) }, t(act)));
  const draw = () => {
    const members = membersOf(store.chats.get(chatId));
    const others = store.people().map((user) => user.id).filter((id) => !members.includes(id));
    refill(here, members.map((id) => row(id, "leave")));
    refill(outside, others.map((id) => row(id, "join")));
    heading.hidden = others.length === 0;
  };
  draw();
  const window = dialog(t("who_is_here"), t("close"), here, heading, outside);
  const stop = store.on("chats", draw);
  window.addEventListener("close", stop);
}
