// The list of chats, and how people and groups are made.

import { avatar, dialog, h, icon, iconButton, refill } from "./dom.js";
import { preview } from "./summary.js";
import { bots, post } from "./server.js";
import { store } from "./store.js";
import { clock, number, t } from "./words.js";

/** Groups of Bale have ids beyond 2^32. */
const FIRST_GROUP = 5000000001;
const NAMES = { fa: ["سارا", "علی", "مریم", "رضا", "نیلوفر", "امیر"], en: ["Sara", "Ali", "Maryam", "Reza", "Niloufar", "Amir"] };

export class People {
  constructor(view) {
    this.view = view;
    this.element = h("nav", { class: "people", "aria-label": t("chats") });
    this.head = h("header", { class: "people-head" });
    this.list = h("ul", { class: "chats", onkeydown: (event) => this.key(event) });
    /** The last message that was looked at, by chat. */
    this.seen = new Map();
    this.element.append(this.head, this.list);
    store.on("caught_up", () => this.seeAll());
    for (const kind of ["chats", "info", "connection"]) store.on(kind, () => this.later());
    this.seeAll();
    this.draw();
    bots().then((found) => { this.bots = found; this.later(); });
  }

  /** What was there before this page is not new. */
  seeAll() {
    for (const [chatId, messages] of store.messages) this.seen.set(chatId, messages.at(-1)?.message_id ?? 0);
    this.later();
  }

  unread(chatId) {
    const messages = store.in(chatId);
    if (this.view.isOpen(chatId)) this.seen.set(chatId, messages.at(-1)?.message_id ?? 0);
    const seen = this.seen.get(chatId) ?? 0;
    let count = 0;
    for (let index = messages.length - 1; index >= 0 && messages[index].message_id > seen; index -= 1) count += 1;
    return count;
  }

  /** Where the keyboard was before a chat was open. */
  focusOn(chatId) {
    this.draw();
    this.list.querySelector(`[data-hold="chat${chatId}"]`)?.focus();
  }

  /** The arrow keys go from chat to chat. */
  key(event) {
    const rows = [...this.list.querySelectorAll(".chat")];
    const at = rows.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (at < 0 || to === undefined || !rows[to]) return;
    event.preventDefault();
    rows[to].focus();
  }

  later() {
    if (this.waits) return;
    this.waits = true;
    requestAnimationFrame(() => { this.waits = false; this.draw(); });
  }

  draw() {
    const { bot } = store.info;
    const held = this.element.contains(document.activeElement) ? document.activeElement.dataset.hold : null;
    refill(this.head,
      h("div", { class: "brand" }, h("span", { class: `pulse ${store.connected ? "" : "is-lost"}`, "aria-hidden": "true" }),
        h("div", {}, this.bots?.length > 1 ? this.chooser(bot) : h("p", { class: "brand-name" }, h("bdi", {}, bot.first_name || t("title"))), h("p", { class: "brand-note" }, h("bdi", { dir: "ltr" }, bot.username ? `@${bot.username}` : "")))),
      iconButton("tools", t("tools"), () => this.view.openTools(), { "data-hold": "tools" }),
      iconButton("moon", t("theme"), () => this.view.turnTheme(), { "data-hold": "theme" }),
      h("button", { type: "button", class: "language", "data-hold": "language", lang: t("language") === "EN" ? "en" : "fa", title: t("language_name"), onclick: () => this.view.turnLanguage() }, t("language")));
    const rows = this.rows();
    refill(this.list, rows.map((row) => h("li", {}, this.row(row))),
      h("li", { class: "makers" },
        h("button", { type: "button", class: "maker", "data-hold": "new-user", onclick: () => this.newUser() }, icon("person"), t("new_user")),
        h("button", { type: "button", class: "maker", "data-hold": "new-group", onclick: () => this.newGroup() }, icon("group"), t("new_group"))));
    if (held) this.element.querySelector(`[data-hold="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
  }

  /** Of several bots, the one that this page is for. */
  chooser(bot) {
    return h("select", { class: "quiet-select", "aria-label": t("bot"), onchange: (event) => { location.search = `?bot=${event.target.value}`; } },
      this.bots.map((one) => h("option", { value: one.id, selected: one.id === bot.id }, this.botName(one))));
  }

  /** Bots may have the same name. */
  botName({ first_name: name, id }) {
    return this.bots.filter((one) => one.first_name === name).length > 1 ? `${name} (${id})` : name;
  }

  rows() {
    const bot = store.info.bot.id;
    const alone = store.people().map((user) => ({ id: user.id, name: user.first_name, chat: store.chats.get(user.id) }));
    const many = [...store.chats.values()].filter((chat) => chat.type !== "private").map((chat) => ({ id: chat.id, name: store.chatName(chat), chat, group: true }));
    const rows = [...alone, ...many].filter((row) => row.id !== bot);
    return rows.sort((one, other) => (store.lastChange.get(other.id) ?? 0) - (store.lastChange.get(one.id) ?? 0) || one.id - other.id);
  }

  row({ id, name, group }) {
    const messages = store.in(id);
    const last = messages[messages.length - 1];
    const open = this.view.isOpen(id);
    const unread = this.unread(id);
    return h("button", { type: "button", class: `chat ${open ? "is-open" : ""}`, "data-hold": `chat${id}`, "aria-current": open ? "true" : null, onclick: () => this.view.open(id) },
      avatar(name, id),
      h("span", { class: "chat-body" },
        h("span", { class: "chat-top" }, h("span", { class: "chat-name" }, h("bdi", {}, name)), group && icon("group"), last && h("time", {}, clock(last.date))),
        h("span", { class: "chat-bottom" }, h("span", { class: "chat-last" }, last ? preview(last, group) : t("no_messages")),
          unread > 0 && h("span", { class: "unread", "aria-label": `${number(unread)} ${t("unread")}` }, number(Math.min(unread, 99))))));
  }

  freshName() {
    const names = NAMES[document.documentElement.lang] ?? NAMES.en;
    const taken = new Set(store.people().map((user) => user.first_name));
    return names.find((name) => !taken.has(name)) ?? "";
  }

  async make(name) {
    const user_id = Math.max(0, ...store.people().map((user) => user.id).filter((id) => id < FIRST_GROUP)) + 1;
    await post("user", { user_id, first_name: name });
    return user_id;
  }

  /** The first person, at one click. */
  async begin() {
    const known = store.people()[0]?.id;
    const id = known ?? await this.view.try(() => this.make(this.freshName()));
    if (!id) return;
    this.view.open(id);
    await this.view.try(() => post("message", { chat_id: id, user_id: id, text: "/start" }));
  }

  newUser() {
    const input = h("input", { class: "field", name: "name", required: true, dir: "auto", value: this.freshName(), "aria-label": t("name") });
    const form = h("form", { class: "form", onsubmit: async (event) => {
      event.preventDefault();
      const id = await this.view.try(() => this.make(input.value.trim()));
      window.close();
      if (id) this.view.open(id);
    } }, h("label", { class: "label" }, t("name"), input), h("button", { type: "submit", class: "button is-main" }, t("make")));
    const window = dialog(t("new_user"), t("close"), form);
    input.select();
  }

  newGroup() {
    const input = h("input", { class: "field", name: "title", required: true, dir: "auto", "aria-label": t("group_title") });
    const boxes = store.people().map((user) => h("label", { class: "tick" }, h("input", { type: "checkbox", value: user.id, checked: true }), h("span", { dir: "auto" }, user.first_name)));
    const form = h("form", { class: "form", onsubmit: async (event) => {
      event.preventDefault();
      const members = [...form.querySelectorAll("input:checked")].map((box) => Number(box.value));
      const chat_id = Math.max(FIRST_GROUP - 1, ...store.chats.keys()) + 1;
      const made = await this.view.try(async () => {
        await post("chat", { chat_id, chat_type: "group", title: input.value.trim() });
        for (const user_id of members) await post("member", { chat_id, user_id, status: "member" });
        return true;
      });
      window.close();
      if (made) this.view.open(chat_id);
    } }, h("label", { class: "label" }, t("group_title"), input),
      boxes.length > 0 && h("fieldset", { class: "ticks" }, h("legend", {}, t("members")), boxes),
      h("button", { type: "submit", class: "button is-main" }, t("make")));
    const window = dialog(t("new_group"), t("close"), form);
    input.focus();
  }
}
