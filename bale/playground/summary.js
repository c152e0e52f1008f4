// A message in a few words: for the list of chats, for quotes, for whoever cannot see.

import { h, icon } from "./dom.js";
import { plainText } from "./markdown.js";
import { store } from "./store.js";
import { direction, isolated, number, t } from "./words.js";

/** What a message can hold besides a text: field, word, sign. */
const KINDS = [
  ["photo", "photo_of", "image"], ["sticker", "sticker", "smile"], ["voice", "voice", "mic"], ["video", "video", "play"],
  ["animation", "animation", "play"], ["audio", "audio", "note"], ["document", "file", "file"], ["location", "map", "pin"],
  ["contact", "contact_card", "person"], ["invoice", "invoice", "card"],
];

/** What the server says about something that happened. */
export function serviceText(message) {
  if (message.new_chat_members) return `${message.new_chat_members.map((user) => isolated(user.first_name)).join("، ")} ${t("joined")}`;
  if (message.left_chat_member) return `${isolated(message.left_chat_member.first_name)} ${t("left")}`;
  if (message.successful_payment) return `✓ ${t("paid")}: ${number(message.successful_payment.total_amount)} ${t("rial")}`;
  if (message.web_app_data) return `${t("web_app_data")}: ${isolated(message.web_app_data.data)}`;
  return null;
}

function kindOf(message) {
  return KINDS.find(([field]) => message[field]);
}

/** In words only. */
export function summary(message) {
  if (!message) return "";
  const service = serviceText(message);
  if (service) return service;
  const words = plainText(message.text ?? message.caption ?? "");
  const kind = kindOf(message);
  if (!kind) return words;
  return words ? `${t(kind[1])}، ${words}` : detailed(message, t(kind[1]));
}

/** What tells one card from another. */
function detailed(message, word) {
  const detail = message.invoice?.title ?? message.contact?.first_name ?? message.document?.file_name;
  return detail ? `${word}: ${isolated(detail)}` : word;
}

/** As the list of chats shows it: a sign for what is no text, who wrote it in a group, and no markers. */
export function preview(message, isGroup) {
  const service = serviceText(message);
  if (service) return [h("span", { class: "words" }, service)];
  const kind = kindOf(message);
  const words = plainText(message.text ?? message.caption ?? "").replace(/\s+/g, " ").slice(0, 90);
  const author = isGroup && message.from && !message.from.is_bot && h("span", { class: "chat-author" }, h("bdi", {}, store.name(message.from.id)), ": ");
  const shown = words || (kind ? detailed(message, t(kind[1])) : "");
  // What does not fit is cut off at its end, whichever side that is.
  return [author, kind && icon(kind[2]), h("span", { class: "words", dir: direction(words) }, shown)];
}
