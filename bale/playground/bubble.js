// One message, as its readers see it.

import { avatar, h, icon } from "./dom.js";
import { markdown } from "./markdown.js";
import { fileUrl } from "./server.js";
import { store } from "./store.js";
import { serviceText, summary } from "./summary.js";
import { clock, direction, language, number, t } from "./words.js";

const STILL = "image";

/** The bubble of a message, or of an album of several. `acts` says what pressing its parts does. */
export function bubble(messages, { own, first, last, selected, acts, group }) {
  const [message] = messages;
  const service = serviceText(message);
  if (service) {
    return h("button", {
      type: "button", class: `service ${selected ? "is-selected" : ""}`, "aria-pressed": `${selected}`,
      "data-message": message.message_id, onclick: () => acts.select(message),
    }, service);
  }
  const author = message.from ?? message.sender_chat;
  const name = author?.first_name ?? author?.title ?? "";
  const words = message.text ?? messages.find((one) => one.caption)?.caption;
  const body = h("div", {
    class: bubbleClass(messages, own, first, last, selected), "data-message": message.message_id, role: "group", tabindex: "-1",
    "aria-label": `${name}: ${summary(message)}, ${clock(message.date)}`, onclick: (event) => clicked(event, message, acts), onkeydown: (event) => keyed(event, message, acts),
  },
    group && !own && first && h("div", { class: `author hue-${Math.abs(author?.id ?? 0) % 6}`, dir: direction(name) }, name),
    forwarded(message),
    quoted(message, acts),
    messages.length > 1 ? album(messages, acts) : media(message, acts),
    words !== undefined ? written(words, message, acts) : footer(message),
    menus(message, own, acts, selected));
  return h("div", { class: `message ${own ? "is-own" : ""} ${first ? "is-first" : ""} ${last ? "is-last" : ""}` },
    group && !own && h("div", { class: "beside" }, last && avatar(name, author?.id, "small")),
    h("div", { class: "column" }, body, inlineKeyboard(message, acts)));
}

function bubbleClass(messages, own, first, last, selected) {
  const [message] = messages;
  const bare = message.sticker || (messages.length === 1 && (message.photo || message.video) && !message.caption);
  return ["bubble", own && "is-own", first && "is-first", last && "is-last", selected && "is-selected",
    bare && "is-bare", message.sticker && "is-sticker"].filter(Boolean).join(" ");
}

/** A text or a caption. The time stands at the end of its last line, if there is room. */
function written(words, message, acts) {
  const last = words.slice(words.trimEnd().lastIndexOf("\n") + 1);
  const side = direction(last) === "rtl" ? "is-left" : "is-right";
  return h("div", { class: bigEmoji(words) ? "text is-big" : "text", dir: direction(words) }, markdown(words, acts.command), footer(message, side));
}

/** When it was written. */
function footer(message, side = "") {
  return h("div", { class: `footer ${side}`, dir: document.documentElement.dir },
    message.edit_date && h("span", {}, t("edited")),
    h("time", { datetime: new Date(message.date * 1000).toISOString() }, clock(message.date)));
}

/** What can be done about it: shown below the pointer, and to whoever comes here by the keyboard. */
function menus(message, own, acts, selected) {
  const menu = (sign, label, onclick, more = {}) => h("button", { type: "button", tabindex: "-1", class: "bubble-menu", "aria-label": label, title: label, onclick, ...more }, icon(sign));
  return h("div", { class: "bubble-menus" },
    menu("inspect", t("inspect"), () => acts.select(message), { "aria-pressed": `${selected}` }),
    menu("reply", t("reply"), () => acts.reply(message)),
    own && message.text && menu("edit", t("edit"), () => acts.edit(message)));
}

/** A click on a bubble itself, and on nothing in it, asks what happened. */
function clicked(event, message, acts) {
  if (event.target.closest("a, button, video, details, .inline-keyboard") || `${getSelection()}`) return;
  acts.select(message);
}

/** Enter on a bubble asks as a click does; the arrows of the line go along its menu. */
function keyed(event, message, acts) {
  if (event.key === "Enter" && event.target === event.currentTarget) {
    event.preventDefault();
    acts.select(message);
  }
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  const stops = [...event.currentTarget.querySelectorAll(".bubble-menu")];
  const forwards = (event.key === "ArrowLeft") === (document.documentElement.dir === "rtl");
  const at = stops.indexOf(document.activeElement);
  const to = at < 0 ? stops[forwards ? 0 : stops.length - 1] : stops[at + (forwards ? 1 : -1)] ?? event.currentTarget;
  if (event.target === event.currentTarget || at >= 0) to.focus();
}

function bigEmoji(text) {
  return /^(\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u{200d}|\u{fe0f}){1,9}$/u.test(text.trim());
}

function forwarded(message) {
  const from = message.forward_from?.first_name ?? message.forward_from_chat?.title;
  return from && h("div", { class: "forwarded" }, `${t("forwarded")} `, h("bdi", {}, from));
}

function quoted(message, acts) {
  const original = message.reply_to_message;
  if (!original) return null;
  return h("button", { type: "button", class: "quote", onclick: () => acts.jump(original) },
    h("span", { class: "quote-name" }, h("bdi", {}, original.from?.first_name ?? original.sender_chat?.title ?? "")),
    h("span", { class: "quote-text" }, h("bdi", {}, summary(original).slice(0, 120))));
}

function album(messages, acts) {
  const shown = messages.map((message) => h("div", { class: "album-item" }, media(message, acts)));
  return h("div", { class: `album of-${Math.min(messages.length, 4)}` }, shown);
}

function media(message, acts) {
  if (message.photo) return picture(message.photo[message.photo.length - 1], message, acts);
  if (message.sticker) return h("img", { class: "sticker", src: fileUrl(message.sticker.file_id), alt: t("sticker"), width: 160, height: 160 });
  if (message.animation) return moving(message.animation, true);
  if (message.video) return moving(message.video, false);
  if (message.voice) return player(message.voice, t("voice"));
  if (message.audio) return player(message.audio, message.audio.title ?? message.audio.file_name ?? t("audio"));
  if (message.document) return documentCard(message.document);
  if (message.location) return place(message.location);
  if (message.contact) return contactCard(message.contact);
  if (message.invoice) return invoiceCard(message, acts);
  return null;
}

function picture(photo, message, acts) {
  const image = h("img", { class: "photo", src: fileUrl(photo.file_id), alt: message.caption || t("photo_of"), loading: "lazy" });
  if (photo.width && photo.height) {
    image.style.aspectRatio = `${photo.width} / ${photo.height}`;
    image.style.width = `${Math.min(340, Math.max(160, photo.width))}px`;
  }
  return h("button", { type: "button", class: "media-button", "aria-label": t("photo_of"), onclick: () => acts.view(photo.file_id) }, image);
}

function moving(video, loops) {
  const type = video.mime_type ?? "";
  if (loops && type.startsWith(STILL)) return h("img", { class: "photo", src: fileUrl(video.file_id), alt: t("animation") });
  return h("video", { class: "photo", src: fileUrl(video.file_id), controls: true, preload: "metadata", loop: loops, muted: loops, "aria-label": t(loops ? "animation" : "video") });
}

function player(track, title) {
  const audio = new Audio();
  audio.preload = "none";
  audio.src = fileUrl(track.file_id);
  const bar = h("span", { class: "player-bar" });
  const left = h("span", { class: "player-time" }, duration(track.duration));
  const button = h("button", { type: "button", class: "round-button", "aria-label": `${t("play")}: ${title}` }, icon("play"));
  const show = () => {
    button.replaceChildren(icon(audio.paused ? "play" : "pause"));
    button.setAttribute("aria-label", `${t(audio.paused ? "play" : "pause")}: ${title}`);
  };
  button.addEventListener("click", () => (audio.paused ? audio.play().catch(show) : audio.pause()));
  for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, show);
  audio.addEventListener("timeupdate", () => {
    bar.style.setProperty("--played", `${(100 * audio.currentTime) / (Number.isFinite(audio.duration) ? audio.duration : track.duration || 1)}%`);
    left.textContent = duration(audio.currentTime);
  });
  return h("div", { class: "player" }, button, h("div", { class: "player-body" }, h("span", { class: "player-title", dir: "auto" }, title), bar, left));
}

/** Minutes and seconds. */
export function duration(seconds) {
  const whole = Math.round(seconds || 0);
  const pad = (value) => number(value).padStart(2, language === "fa" ? "۰" : "0");
  return `${number(Math.floor(whole / 60))}:${pad(whole % 60)}`;
}

function documentCard(file) {
  return h("a", { class: "card", href: fileUrl(file.file_id), download: file.file_name ?? "file" },
    h("span", { class: "card-sign" }, icon("file")),
    h("span", { class: "card-body" }, h("bdi", { class: "card-title" }, file.file_name ?? t("file")),
      h("span", { class: "card-note" }, size(file.file_size))));
}

function size(bytes) {
  if (!bytes) return "";
  const units = language === "fa" ? ["بایت", "کیلوبایت", "مگابایت"] : ["B", "KB", "MB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < 2) {
    value /= 1024;
    unit += 1;
  }
  return `${number(Math.round(value * 10) / 10)} ${units[unit]}`;
}

/** No map: nothing is fetched from a network. */
function place({ latitude, longitude }) {
  return h("div", { class: "place" }, h("div", { class: "place-map" }, icon("pin")),
    h("bdi", { class: "place-text", dir: "ltr" }, `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`));
}

function contactCard(contact) {
  const name = [contact.first_name, contact.last_name].filter(Boolean).join(" ");
  return h("div", { class: "card" }, avatar(name, contact.user_id ?? 3),
    h("span", { class: "card-body" }, h("bdi", { class: "card-title" }, name), h("bdi", { class: "card-note", dir: "ltr" }, contact.phone_number)));
}

function invoiceCard(message, acts) {
  const { invoice, payment } = message;
  const state = payment && (store.isLate(payment) ? "failed" : payment.status);
  const says = { pending: t("waiting"), paid: t("paid"), failed: t("late"), rejected: payment?.error_message || t("refused_by_user") }[state];
  const open = state !== "paid" && state !== "pending";
  return h("div", { class: "invoice" },
    h("div", { class: "invoice-kind" }, icon("card"), t("invoice")),
    h("h3", { class: "invoice-title", dir: "auto" }, invoice.title),
    h("p", { class: "invoice-text", dir: "auto" }, invoice.description),
    h("p", { class: "invoice-total" }, number(invoice.total_amount), h("small", {}, ` ${t("rial")}`)),
    says && h("p", { class: `invoice-state is-${state}`, role: "status" }, says),
    acts.pay && open && h("div", { class: "invoice-acts" },
      h("button", { type: "button", class: "button is-main", onclick: () => acts.pay(message, false) }, t("pay")),
      h("button", { type: "button", class: "button", onclick: () => acts.pay(message, true) }, t("slow"))),
    acts.pay && state === "pending" && h("div", { class: "invoice-acts" },
      h("button", { type: "button", class: "button", onclick: () => acts.refuse(payment) }, t("refuse"))));
}

function inlineKeyboard(message, acts) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return h("div", { class: "inline-keyboard" }, rows.map((row) => h("div", { class: "key-row" }, row.map((button) => inlineButton(message, button, acts)))));
}

function inlineButton(message, button, acts) {
  const label = h("bdi", {}, button.text);
  if (button.url) {
    const safe = /^https?:\/\//i.test(button.url);
    return h("a", { class: "key", href: safe ? button.url : null, target: "_blank", rel: "noopener noreferrer", title: button.url }, label, h("span", { class: "key-sign" }, "↗"));
  }
  const onclick = (event) => {
    if (button.web_app) acts.open(button.web_app.url, null);
    else if (button.copy_text) acts.copy(button.copy_text.text);
    else acts.press(message, button.callback_data, event.currentTarget);
  };
  return h("button", { type: "button", class: "key", title: button.callback_data ?? null, onclick }, label, button.web_app && icon("window"), button.copy_text && icon("copy"));
}
