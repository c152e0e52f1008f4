// Bale's Markdown, as docs.bale.ai describes it: every text is, and there is no other mode.

import { h } from "./dom.js";

/** A marker counts with a space (or the end of the line) outside of each of its pair. */
const PIECES = new RegExp([
  /```\[(?<view>[^\]\n]+)\](?<about>[^`]*)```/,
  /\[(?<label>[^\]\n]+)\]\((?<target>[^)\s]+)\)/,
  /(?<=^|\s)\*(?<bold>[^*\n]+)\*(?=\s|$)/,
  /(?<=^|\s)_(?<italic>[^_\n]+)_(?=\s|$)/,
  /(?<link>\bhttps?:\/\/[^\s<>"]+)/,
  /(?<=^|\s)(?<mention>@\w{3,})/,
  /(?<=^|\s)(?<command>\/[\p{L}\p{N}_]+)/,
  // One that is written in groups falls apart in a line from right to left.
  /(?<=^|\s)(?<phone>\+?\d[\d \-]{6,}\d)(?=[\s.,،؛)]|$)/,
].map((piece) => piece.source).join("|"), "gmu");

/** The nodes of a text. `onCommand` is told of a pressed command. */
export function markdown(text, onCommand) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(PIECES)) {
    if (match.index > from) nodes.push(...plain(text.slice(from, match.index)));
    nodes.push(piece(match.groups, match[0], onCommand));
    from = match.index + match[0].length;
  }
  if (from < text.length) nodes.push(...plain(text.slice(from)));
  return nodes;
}

function piece(found, whole, onCommand) {
  if (found.view) return h("details", { class: "instant-view" }, h("summary", {}, found.view), found.about.trim());
  if (found.bold) return h("strong", {}, markdown(found.bold, onCommand));
  if (found.italic) return h("em", {}, markdown(found.italic, onCommand));
  if (found.mention) return h("bdi", { class: "mention" }, found.mention);
  if (found.command) return h("button", { type: "button", class: "command", dir: "auto", onclick: () => onCommand?.(found.command) }, found.command);
  if (found.phone) return h("bdi", { dir: "ltr" }, found.phone);
  if (found.label && found.target.startsWith("uid:")) return h("bdi", { class: "mention" }, found.label);
  return anchor(found.link ?? found.target, found.label ?? whole);
}

/** Only addresses of the web lead anywhere; `javascript:` is a text like any other. */
function anchor(target, label) {
  const address = /^[a-z]+:/i.test(target) ? target : `http://${target}`;
  if (!/^https?:\/\//i.test(address)) return h("span", {}, label);
  return h("a", { href: address, dir: "auto", target: "_blank", rel: "noopener noreferrer" }, label);
}

/** A text with the backslashes in front of markers taken away. */
function plain(text) {
  return [text.replace(/\\([*_[\]()`\\])/g, "$1")];
}

/** What is left of a text when it is shown, without signs that only mark. */
export function plainText(text) {
  const shown = text.replace(PIECES, (...parts) => {
    const found = parts[parts.length - 1];
    if (found.bold || found.italic) return plainText(found.bold ?? found.italic);
    return found.view ?? found.label ?? parts[0];
  });
  return plain(shown)[0];
}
