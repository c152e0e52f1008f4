// A chat: its messages, and what its people do.

import { avatar, dialog, fill, h, icon, iconButton, refill } from "./dom.js";
import { bubble } from "./bubble.js";
import { List } from "./list.js";
import { membersOf, openMembers } from "./members.js";
import { openMiniApp } from "./miniapp.js";
import { Recorder, canRecord } from "./recorder.js";
import { base64, fileUrl, post } from "./server.js";
import { store } from "./store.js";
import { summary } from "./summary.js";
import { uploads } from "./upload.js";
import { language, number, t } from "./words.js";

/** Between messages of one author further apart than this, a new group of bubbles begins. */
const TOGETHER = 300;

export class ChatPane {
  constructor(chatId, view) {
    this.chatId = chatId;
    this.view = view;
    this.writer = this.defaultWriter();
    this.replyTo = null;
    this.editing = null;
    this.showsKeyboard = true;
    this.element = h("section", { class: "pane", "aria-label": this.name() });
    this.head = h("header", { class: "pane-head" });
    this.scroller = h("div", { class: "scroller", tabindex: "0", "aria-label": t("messages_list") });
    this.list = new List(this.scroller, { role: "list", "aria-label": t("messages_list") });
    this.list.onstick = (sticks) => this.down.classList.toggle("is-shown", !sticks);
    this.down = iconButton("down", t("to_end"), () => this.list.toEnd(), { class: "icon-button to-end" });
    this.action = h("div", { class: "action", role: "status" });
    this.keyboard = h("div", { class: "reply-keyboard" });
    this.composer = this.makeComposer();
    this.element.append(this.head, h("div", { class: "stage" }, this.scroller, this.down), this.action, this.keyboard, this.composer);
    this.stops = [
      store.on("messages", (id) => id === this.chatId && this.draw()),
      store.on("chats", () => this.drawHead()),
      store.on("info", () => this.draw()),
      store.on("answer", (answer) => this.answered(answer)),
    ];
    this.drawHead();
    this.draw();
  }

  close() {
    for (const stop of this.stops) stop();
    clearTimeout(this.lateAt);
    this.recorder?.stop(false);
    this.list.close();
    this.element.remove();
  }

  chat() {
    return store.chats.get(this.chatId);
  }

  isGroup() {
    return this.chat() ? this.chat().type !== "private" : false;
  }

  name() {
    return this.chat() ? store.chatName(this.chat()) : store.name(this.chatId);
  }

  people() {
    return this.isGroup() ? membersOf(this.chat()) : [this.chatId];
  }

  defaultWriter() {
    return this.people()[0] ?? store.people()[0]?.id ?? this.chatId;
  }

  drawHead() {
    const chat = this.chat();
    const count = chat?.members?.length ?? 0;
    const note = this.isGroup() ? `${number(count)} ${t("people")}` : `${t("private")} · ${store.info.bot.first_name}`;
    refill(this.head,
      iconButton("back", t("back"), () => this.view.leave(), { class: "icon-button only-narrow mirrored" }),
      avatar(this.name(), this.chatId),
      h("div", { class: "pane-name" }, h("h2", {}, h("bdi", {}, this.name())), h("p", {}, note)),
      this.isGroup() && iconButton("group", t("who_is_here"), () => openMembers(this.view, this.chatId)),
      this.view.canSplit() && iconButton("plus", t("side_by_side"), () => this.view.split(), { class: "icon-button only-wide" }),
      this.view.isSplit() && iconButton("close", t("close"), () => this.view.closePane(this), { class: "icon-button only-wide" }),
      iconButton("tools", t("tools"), () => this.view.openTools(), { class: "icon-button only-narrow" }));
    this.element.setAttribute("aria-label", this.name());
    this.drawWriters();
  }

  drawWriters() {
    const people = this.people();
    const names = people.map((id) => `${id}:${store.name(id)}`).join();
    if (this.writersDrawn === names) return;
    this.writersDrawn = names;
    if (!people.includes(this.writer)) this.writer = this.defaultWriter();
    fill(this.writers, this.isGroup() && people.length > 0 && h("label", { class: "writer" }, t("write_as"), h("select", {
      onchange: (event) => { this.writer = Number(event.target.value); this.draw(); },
    }, people.map((id) => h("option", { value: id, selected: id === this.writer }, store.name(id))))));
  }

  draw() {
    if (this.waits) return;
    this.waits = true;
    requestAnimationFrame(() => {
      this.waits = false;
      this.list.set(this.items());
      this.drawAction();
      this.drawKeyboard();
    });
  }

  items() {
    const messages = store.in(this.chatId);
    const items = [];
    let day = null;
    for (let index = 0; index < messages.length; index += 1) {
      const message = messages[index];
      const its = Math.floor((message.date - new Date(message.date * 1000).getTimezoneOffset() * 60) / 86400);
      if (its !== day) {
        day = its;
        items.push({ key: `day${its}`, signature: language, isMute: true, draw: () => h("div", { class: "day" }, dayName(message.date)) });
      }
      const together = [message];
      while (message.media_group_id && messages[index + 1]?.media_group_id === message.media_group_id) {
        index += 1;
        together.push(messages[index]);
      }
      const first = !sameAuthor(messages[index - together.length], message);
      const last = !sameAuthor(messages[index + 1], message);
      const selected = this.view.isSelected(message);
      const payment = message.payment ? this.waitsFor(message.payment) : "";
      const versions = together.map((one) => one.version).join();
      items.push({
        key: `m${message.message_id}`,
        signature: `${versions}|${this.isGroup() ? this.writer : ""}|${first}${last}${selected}|${payment}|${language}`,
        draw: () => bubble(together, { own: this.isOwn(message), first, last, selected, acts: this.acts(), group: this.isGroup() }),
      });
    }
    if (items.length === 0) items.push({ key: "empty", signature: language, isMute: true, draw: () => this.beginning() });
    return items;
  }

  /** How a payment stands; a bot that says nothing is late one day. */
  waitsFor(payment) {
    if (payment.status === "pending" && !store.isLate(payment)) {
      clearTimeout(this.lateAt);
      this.lateAt = setTimeout(() => this.draw(), payment.until - store.now() + 50);
    }
    return `${payment.status}${store.isLate(payment)}`;
  }

  /** In a group, the messages of whoever writes at the moment. */
  isOwn(message) {
    return this.isGroup() ? message.from?.id === this.writer : !message.from?.is_bot;
  }

  beginning() {
    return h("div", { class: "beginning" }, avatar(store.info.bot.first_name, 0, "large"),
      h("h3", {}, t("no_messages")), h("p", {}, t("no_messages_text")),
      h("button", { type: "button", class: "button is-main", onclick: () => this.say("/start") }, t("start")));
  }

  acts() {
    return {
      select: (message) => this.view.select(message),
      jump: (message) => this.list.show(`m${message.message_id}`),
      command: (command) => this.say(command),
      press: (message, data, button) => this.press(message, data, button),
      open: (url, send) => openMiniApp(url, this.writer, send),
      copy: (value) => this.view.copy(value),
      view: (fileId) => dialog(t("photo_of"), t("close"), h("img", { class: "viewer", src: fileUrl(fileId), alt: t("photo_of") })),
      pay: (message, slow) => this.pay(message, slow),
      refuse: (payment) => this.refuse(payment),
      reply: (message) => { this.replyTo = message; this.drawContext(); this.input.focus(); },
      edit: (message) => { this.editing = message; this.input.value = message.text; this.drawContext(); this.input.focus(); },
    };
  }

  async press(message, data, button) {
    button.classList.add("is-waiting");
    button.setAttribute("aria-busy", "true");
    const settle = () => {
      button.classList.remove("is-waiting");
      button.removeAttribute("aria-busy");
    };
    const done = await this.view.try(() => post("callback", { chat_id: this.chatId, user_id: this.writer, message_id: message.message_id, data }));
    if (!done) return settle();
    this.pressed = this.pressed ?? new Map();
    this.pressed.set(done.callback_query_id, settle);
    if (store.presses.get(done.callback_query_id)?.answered) settle();
    setTimeout(settle, 15000);
  }

  answered({ press, text, alert }) {
    this.pressed?.get(press.query.id)?.();
    if (press.chat_id !== this.chatId || !text) return;
    const name = this.isGroup() ? `${store.name(press.query.from.id)}: ` : "";
    if (alert) {
      const window = dialog(store.info.bot.first_name, t("close"), h("p", { class: "alert-text", dir: "auto" }, text),
        h("button", { type: "button", class: "button is-main", onclick: () => window.close() }, t("ok")));
    } else {
      this.view.toast(name + text);
    }
  }

  async pay(message, slow) {
    await this.view.try(() => post("pay", { chat_id: this.chatId, user_id: this.writer, message_id: message.message_id, slow }));
  }

  async refuse(payment) {
    await this.view.try(() => post("refuse_payment", { pre_checkout_query_id: payment.pre_checkout_query_id }));
  }

  drawAction() {
    const action = store.actions.get(this.chatId);
    fill(this.action, action && [h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), t(action.action)]);
    this.action.classList.toggle("is-shown", Boolean(action));
  }

  drawKeyboard() {
    const markup = store.replyKeyboard(this.chatId);
    const drawn = JSON.stringify(markup) + this.showsKeyboard;
    if (drawn === this.keyboardDrawn) return;
    this.keyboardDrawn = drawn;
    this.toggle.hidden = !markup;
    this.toggle.setAttribute("aria-expanded", `${Boolean(markup) && this.showsKeyboard}`);
    fill(this.keyboard, markup && this.showsKeyboard && markup.keyboard.map((row) => h("div", { class: "key-row" }, row.map((button) => {
      const label = button.text ?? button;
      return h("button", { type: "button", class: "key", onclick: () => this.tap(button, label) }, h("bdi", {}, label));
    }))));
  }

  async tap(button, label) {
    const who = { chat_id: this.chatId, user_id: this.writer };
    if (button.request_contact) return this.shareContact();
    if (button.request_location) return this.shareLocation();
    if (button.web_app) {
      return openMiniApp(button.web_app.url, this.writer, (data) => this.view.try(() => post("web_app_data", { ...who, data })));
    }
    return this.view.try(() => post("reply_button", { ...who, text: label }));
  }

  makeComposer() {
    this.input = h("textarea", {
      class: "input", rows: 1, dir: "auto", placeholder: t("write"), "aria-label": t("write"),
      onkeydown: (event) => this.key(event), oninput: () => this.grow(),
    });
    this.file = h("input", { type: "file", hidden: true, multiple: true, tabindex: "-1", "aria-label": t("photo"), onchange: () => this.upload(this.file.files) });
    this.writers = h("div", { class: "writers" });
    this.context = h("div", { class: "context" });
    this.toggle = iconButton("keyboard", t("keyboard"), () => { this.showsKeyboard = !this.showsKeyboard; this.drawKeyboard(); }, { hidden: true });
    const menu = h("div", { class: "menu", popover: "auto" },
      menuItem("file", t("photo"), () => this.file.click()),
      menuItem("person", t("contact"), () => this.shareContact()),
      menuItem("pin", t("location"), () => this.shareLocation()));
    const attach = iconButton("attach", t("attach"), () => {
      menu.showPopover();
      const box = attach.getBoundingClientRect();
      menu.style.insetBlockEnd = `${innerHeight - box.top + 8}px`;
      menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - 220))}px`;
    }, { "aria-haspopup": "menu" });
    menu.addEventListener("click", () => menu.hidePopover());
    this.mic = iconButton("mic", t("record"), () => this.record(), { hidden: true });
    canRecord().then((can) => { this.mic.hidden = !can; });
    this.row = h("div", { class: "composer-row" }, attach, menu, this.file, this.input, this.toggle, this.mic,
      h("button", { type: "submit", class: "round-button send", "aria-label": t("send"), title: t("send") }, icon("send")));
    const form = h("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); this.submit(); } },
      this.context, this.writers,
      this.row);
    form.addEventListener("dragover", (event) => event.preventDefault());
    form.addEventListener("drop", (event) => { event.preventDefault(); this.upload(event.dataTransfer.files); });
    this.input.addEventListener("paste", (event) => { if (event.clipboardData.files.length) { event.preventDefault(); this.upload(event.clipboardData.files); } });
    return form;
  }

  drawContext() {
    const message = this.editing ?? this.replyTo;
    fill(this.context, message && [icon(this.editing ? "edit" : "reply"), h("span", {}, h("bdi", {}, summary(message))),
      iconButton("close", t("close"), () => { if (this.editing) this.input.value = ""; this.editing = null; this.replyTo = null; this.drawContext(); })]);
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape" && (this.editing || this.replyTo)) {
      this.editing = null;
      this.replyTo = null;
      this.drawContext();
    }
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 160)}px`;
  }

  async submit() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.grow();
    const { editing, replyTo } = this;
    this.editing = null;
    this.replyTo = null;
    this.drawContext();
    const who = { chat_id: this.chatId, user_id: this.writer };
    const done = editing
      ? await this.view.try(() => post("edited_message", { ...who, user_id: editing.from.id, message_id: editing.message_id, text }))
      : await this.say(text, replyTo?.message_id);
    if (done || this.input.value) return;
    // Nothing that was written is lost with the connection.
    Object.assign(this, { editing, replyTo });
    this.input.value = text;
    this.grow();
    this.drawContext();
  }

  async say(text, replyTo) {
    this.list.sticks = true;
    const body = { chat_id: this.chatId, user_id: this.writer, text };
    if (replyTo) body.reply_to_message_id = replyTo;
    return this.view.try(() => post("message", body));
  }

  /** Several files of one family at once are an album. */
  async upload(files) {
    const caption = this.input.value.trim();
    this.input.value = "";
    this.grow();
    this.list.sticks = true;
    const who = { chat_id: this.chatId, user_id: this.writer };
    for (const [path, body] of await uploads([...files], caption, who)) await this.view.try(() => post(path, body));
    this.file.value = "";
  }

  async record() {
    const recorder = new Recorder(
      (blob, seconds) => this.view.try(async () => post("media", {
        chat_id: this.chatId, user_id: this.writer, kind: "voice", base64: await base64(blob), mime_type: blob.type.split(";")[0], duration: seconds,
      })),
      () => {
        recorder.element.remove();
        this.row.hidden = false;
        this.input.focus();
      });
    try {
      await recorder.start();
    } catch {
      this.mic.hidden = true;
      this.view.toast(t("no_microphone"));
      return;
    }
    this.recorder = recorder;
    this.list.sticks = true;
    this.row.hidden = true;
    this.row.after(recorder.element);
    recorder.element.querySelector(".send").focus();
  }

  shareContact() {
    const phone = `98912${String(1000000 + (Math.abs(this.writer) % 9000000)).slice(0, 7)}`;
    return this.view.try(() => post("contact", { chat_id: this.chatId, user_id: this.writer, phone_number: phone }));
  }

  /** The square of Naqsh-e Jahan: where the person really is is nobody's business. */
  shareLocation() {
    return this.view.try(() => post("location", { chat_id: this.chatId, user_id: this.writer, latitude: 32.65745, longitude: 51.67778 }));
  }
}

function menuItem(sign, label, onclick) {
  return h("button", { type: "button", class: "menu-item", onclick }, icon(sign), label);
}

function sameAuthor(one, other) {
  if (!one || !other || one.new_chat_members || one.left_chat_member || one.successful_payment) return false;
  return (one.from ?? one.sender_chat)?.id === (other.from ?? other.sender_chat)?.id && Math.abs(other.date - one.date) < TOGETHER;
}

function dayName(seconds) {
  return new Intl.DateTimeFormat(language === "fa" ? "fa-IR" : "en-GB", { weekday: "long", day: "numeric", month: "long" }).format(seconds * 1000);
}
