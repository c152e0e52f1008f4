// The page: what is open, and who is told.

import { ChatPane } from "./chat.js";
import { fill, h, icon } from "./dom.js";
import { Inspector } from "./inspector.js";
import { People } from "./people.js";
import { listen } from "./server.js";
import { store } from "./store.js";
import { openTools, saveAsTest } from "./tools.js";
import { summary } from "./summary.js";
import { language, speak, t } from "./words.js";

const NARROW = matchMedia("(max-width: 719px)");
const WIDE = matchMedia("(min-width: 1280px)");
/** Where a tab remembers the open chats of this bot. */
const OPEN = `open${location.search}`;

class View {
  constructor() {
    this.app = document.getElementById("app");
    this.toasts = document.getElementById("toasts");
    this.says = document.getElementById("says");
    this.lost = document.getElementById("lost");
    this.panes = [];
    this.active = 0;
    this.selected = null;
    this.inspects = WIDE.matches;
    this.theme(localStorage.getItem("theme"));
    speak(language);
    this.build();
    store.on("reset", () => this.forget());
    store.on("connection", () => this.connection());
    store.on("caught_up", () => this.resume());
    store.on("arrived", (message) => this.read(message));
    WIDE.addEventListener("change", () => this.arrange());
    NARROW.addEventListener("change", () => this.arrange());
    document.addEventListener("keydown", (event) => this.key(event));
    listen();
  }

  /** A lost connection is said in words, and said again when it is back. */
  connection() {
    this.lost.hidden = store.connected;
    this.lost.textContent = store.connected ? "" : t("lost");
    if (store.connected) this.toast(t("found_again"));
  }

  /** The chats that this tab had open, if they are still there. */
  resume() {
    const known = (id) => store.users.has(id) || store.chats.has(id);
    for (const pane of this.panes.filter((one) => !known(one.chatId))) this.closePane(pane);
    if (this.resumed) return;
    this.resumed = true;
    const before = JSON.parse(sessionStorage.getItem(OPEN) ?? "[]").filter(known);
    for (const id of NARROW.matches ? before.slice(0, 1) : before) this.addPane(id);
    if (before.length > 0) this.arrange();
  }

  /** Tells a screen reader of a new message in an open chat. */
  read(message) {
    if (!this.isOpen(message.chat.id) || !message.from?.is_bot) return;
    const line = h("p", {}, `${message.from.first_name}: ${summary(message)}`);
    this.says.append(line);
    setTimeout(() => line.remove(), 10000);
  }

  build() {
    const open = this.panes.map((pane) => pane.chatId);
    for (const pane of this.panes) pane.close();
    this.panes = [];
    this.people = new People(this);
    this.stage = h("main", { class: "panes" });
    this.inspector = new Inspector(this);
    fill(this.app, this.people.element, this.stage, this.inspector.element);
    for (const id of open) this.addPane(id);
    this.arrange();
  }

  arrange() {
    this.app.classList.toggle("has-chat", this.panes.length > 0);
    this.app.classList.toggle("has-inspector", this.inspects);
    this.inspector.element.hidden = !this.inspects;
    if (this.inspects) this.inspector.draw();
    if (this.panes.length === 0 && !this.stage.querySelector(".hero")) this.stage.append(this.hero());
    if (this.panes.length > 0) this.stage.querySelector(".hero")?.remove();
    this.stage.classList.toggle("is-split", this.panes.length > 1);
    for (const pane of this.panes) pane.drawHead();
    this.markActive();
    if (this.resumed) sessionStorage.setItem(OPEN, JSON.stringify(this.panes.map((pane) => pane.chatId)));
    this.people.later();
  }

  hero() {
    return h("div", { class: "hero" }, h("div", { class: "hero-art", "aria-hidden": "true" }, h("span"), h("span"), h("span")),
      h("h2", {}, t("empty_title")), h("p", {}, t("empty_text")),
      h("button", { type: "button", class: "button is-main is-large", onclick: () => this.people.begin() }, icon("send"), t("start")));
  }

  addPane(id) {
    const pane = this.makePane(id);
    this.panes.push(pane);
    this.stage.append(pane.element);
  }

  makePane(id) {
    const pane = new ChatPane(id, this);
    pane.element.addEventListener("focusin", () => {
      this.active = this.panes.indexOf(pane);
      this.markActive();
    });
    return pane;
  }

  /** On a narrow page only this one is seen. */
  markActive() {
    this.panes.forEach((pane, index) => pane.element.classList.toggle("is-active", index === this.active));
  }

  isOpen(id) {
    return this.panes.some((pane) => pane.chatId === id);
  }

  open(id) {
    const known = this.panes.findIndex((pane) => pane.chatId === id);
    if (known >= 0) {
      this.active = known;
    } else {
      const old = this.panes[this.active];
      const pane = this.makePane(id);
      if (old) {
        this.stage.insertBefore(pane.element, old.element);
        old.close();
        this.panes[this.active] = pane;
      } else {
        this.stage.append(pane.element);
        this.panes.push(pane);
        this.active = 0;
      }
    }
    this.arrange();
    if (!NARROW.matches) this.panes[this.active].input.focus();
  }

  canSplit() {
    return this.panes.length < 3 && this.people.rows().some((row) => !this.isOpen(row.id));
  }

  isSplit() {
    return this.panes.length > 1;
  }

  /** Another chat, beside those that are open. */
  split() {
    const next = this.people.rows().find((row) => !this.isOpen(row.id));
    if (!next) return;
    this.addPane(next.id);
    this.active = this.panes.length - 1;
    this.arrange();
  }

  closePane(pane) {
    pane.close();
    this.panes = this.panes.filter((one) => one !== pane);
    this.active = 0;
    this.arrange();
  }

  /** Back to the list of chats. */
  leave() {
    const [last] = this.panes;
    for (const pane of [...this.panes]) this.closePane(pane);
    if (last) this.people.focusOn(last.chatId);
  }

  isSelected(message) {
    return this.selected?.chat_id === message.chat.id && this.selected?.message_id === message.message_id;
  }

  select(message) {
    const again = this.isSelected(message);
    this.selected = again ? null : { chat_id: message.chat.id, message_id: message.message_id };
    this.inspector.tab = "this";
    this.inspects = !again || WIDE.matches;
    this.arrange();
    for (const pane of this.panes) pane.draw();
  }

  closeInspector() {
    this.inspects = false;
    this.selected = null;
    this.arrange();
    for (const pane of this.panes) pane.draw();
  }

  openTools() {
    openTools(this);
  }

  saveAsTest() {
    return saveAsTest(this);
  }

  theme(next) {
    if (next) document.documentElement.dataset.theme = next;
    else delete document.documentElement.dataset.theme;
  }

  turnTheme() {
    const dark = document.documentElement.dataset.theme
      ? document.documentElement.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    const next = dark ? "light" : "dark";
    localStorage.setItem("theme", next);
    this.theme(next);
  }

  turnLanguage() {
    speak(language === "fa" ? "en" : "fa");
    this.build();
    this.people.element.querySelector(".language").focus();
  }

  forget() {
    this.selected = null;
    const gone = this.panes;
    this.panes = [];
    for (const pane of gone) pane.close();
    this.arrange();
  }

  key(event) {
    if (event.key === "Escape" && this.inspects && !WIDE.matches && !document.querySelector("dialog[open]")) this.closeInspector();
  }

  async copy(value) {
    await navigator.clipboard.writeText(value).catch(() => {});
    this.toast(t("copied"));
  }

  toast(text) {
    const element = h("div", { class: "toast", dir: "auto" }, text);
    this.toasts.append(element);
    setTimeout(() => element.classList.add("is-leaving"), 3600);
    setTimeout(() => element.remove(), 4000);
  }

  /** Does something; what the emulator refuses is shown. */
  async try(act) {
    try {
      return await act();
    } catch (error) {
      // The browser's own error says nothing to a person.
      this.toast(error instanceof TypeError ? t("not_sent") : error.message);
      return null;
    }
  }
}

// Tests look at what is open.
globalThis.playground = { view: new View(), store };
