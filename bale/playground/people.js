// The list of chats, and how people and groups are made.

import { avatar, dialog, fill, h, icon, iconButton } from "./dom.js";
import { summary } from "./bubble.js";
import { bots, post } from "./server.js";
import { store } from "./store.js";
import { clock, t } from "./words.js";

/** Groups of Bale have ids beyond 2^32. */
const FIRST_GROUP = 5000000001;
const NAMES = { fa: ["سارا", "علی", "مریم", "رضا", "نیلوفر", "امیر"], en: ["Sara", "Ali", "Maryam", "Reza", "Niloufar", "Amir"] };

export class People {
  constructor(view) {
    this.view = view;
    this.element = h("nav", { class: "people", "aria-label": t("chats") });
    this.head = h("header", { class: "people-head" });
    this.list = h("ul", { class: "chats" });
    this.element.append(this.head, this.list);
    for (const kind of ["chats", "info", "connection"]) store.on(kind, () => this.later());
    this.draw();
    bots().then((found) => { this.bots = found; this.later(); });
  }

  later() {
    if (this.waits) return;
    this.waits = true;
    requestAnimationFrame(() => { this.waits = false; this.draw(); });
  }

  draw() {
    const { bot } = store.info;
    fill(this.head,
      h("div", { class: "brand" }, h("span", { class: `pulse ${store.connected ? "" : "is-lost"}`, title: store.connected ? "" : t("lost") }),
        h("div", {}, this.bots?.length > 1 ? this.chooser(bot) : h("p", { class: "brand-name" }, bot.first_name || t("title")), h("p", { class: "brand-note" }, h("bdi", { dir: "ltr" }, bot.username ? `@${bot.username}` : "")))),
      iconButton("tools", t("tools"), () => this.view.openTools()),
      iconButton("moon", t("theme"), () => this.view.turnTheme()),
      h("button", { type: "button", class: "language", lang: t("language") === "EN" ? "en" : "fa", title: t("language_name"), onclick: () => this.view.turnLanguage() }, t("language")));
    const rows = this.rows();
    fill(this.list, rows.map((row) => h("li", {}, this.row(row))),
      h("li", { class: "makers" },
        h("button", { type: "button", class: "maker", onclick: () => this.newUser() }, icon("person"), t("new_user")),
        h("button", { type: "button", class: "maker", onclick: () => this.newGroup() }, icon("group"), t("new_group"))));
  }

  /** Of several bots, the one that this page is for. */
  chooser(bot) {
    return h("select", { class: "quiet-select", "aria-label": t("bot"), onchange: (event) => { location.search = `?bot=${event.target.value}`; } },
      this.bots.map((one) => h("option", { value: one.id, selected: one.id === bot.id }, `${one.first_name} (${one.id})`)));
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
    return h("button", { type: "button", class: `chat ${open ? "is-open" : ""}`, "aria-current": open ? "true" : null, onclick: () => this.view.open(id) },
      avatar(name, id),
      h("span", { class: "chat-body" },
        h("span", { class: "chat-top" }, h("span", { class: "chat-name", dir: "auto" }, name), group && icon("group"), last && h("time", {}, clock(last.date))),
        h("span", { class: "chat-last", dir: "auto" }, last ? summary(last).slice(0, 80) : t("no_messages"))));
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
