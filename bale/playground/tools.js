// Faults, clock, crash, transcripts and the test that a conversation becomes.

import { dialog, fill, h, icon } from "./dom.js";
import { post, text } from "./server.js";
import { store } from "./store.js";
import { number, t } from "./words.js";

const ACTIONS = ["rate_limit", "error", "html", "html_after", "drop_before", "drop_after", "truncate", "hang", "delay"];
const METHODS = ["sendMessage", "editMessageText", "answerCallbackQuery", "sendPhoto", "sendInvoice", "answerPreCheckoutQuery", "getUpdates", "getFile", "download"];

/** The window with all tools. */
export function openTools(view) {
  const body = h("div", { class: "tools" });
  const window = dialog(t("tools"), t("close"), body);
  window.classList.add("is-wide");
  const draw = () => fill(body, saving(view, window), clockPart(view), crashPart(view, window), faultsPart(view), resetPart(view, window));
  draw();
  const live = () => {
    const faults = body.querySelector(".fault-list");
    if (faults) fill(faults, faultList());
    const shown = body.querySelector(".clock-now");
    if (shown) fill(shown, clockText());
    drawPaused(body);
  };
  const stop = store.on("info", live);
  window.addEventListener("close", stop);
}

function part(sign, title, note, ...children) {
  return h("section", { class: "tool" }, h("h3", {}, icon(sign), title), note && h("p", { class: "note" }, note), children);
}

function saving(view, window) {
  const file = h("input", { type: "file", hidden: true, accept: ".txt,text/plain", "aria-label": t("import_transcript"), onchange: async () => {
    const [chosen] = file.files;
    if (!chosen) return;
    window.close();
    await view.try(async () => post("transcript", await chosen.text()));
  } });
  return part("save", t("transcript"), null, h("div", { class: "acts" },
    h("button", { type: "button", class: "button is-main", "data-act": "save-as-test", onclick: () => { window.close(); saveAsTest(view); } }, t("save_as_test")),
    h("button", { type: "button", class: "button", onclick: async () => save("conversation.txt", await text("transcript")) }, t("export_transcript")),
    h("button", { type: "button", class: "button", onclick: () => file.click() }, t("import_transcript")), file));
}

/** Shows the conversation as a test. */
export async function saveAsTest(view) {
  const code = await text("test");
  dialog(t("save_as_test"), t("close"), h("p", { class: "note" }, t("save_text")),
    h("pre", { class: "json code", dir: "ltr", tabindex: "0", role: "group", "aria-label": t("save_as_test") }, code),
    h("div", { class: "acts" },
      h("button", { type: "button", class: "button is-main", onclick: () => view.copy(code) }, icon("copy"), t("copy")),
      h("button", { type: "button", class: "button", onclick: () => save("saved.rs", code) }, icon("download"), t("download")))).classList.add("is-wide");
}

function save(name, content) {
  const address = URL.createObjectURL(new Blob([content], { type: "text/plain" }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

function clockText() {
  const { ahead, paused_at: paused } = store.info.clock;
  const shown = new Intl.DateTimeFormat(document.documentElement.lang === "fa" ? "fa-IR" : "en-GB", { dateStyle: "medium", timeStyle: "short" }).format(store.now());
  return [shown, paused !== null && paused !== undefined ? " ⏸" : ahead > 0 ? ` (+${number(ahead)} ${t("seconds")})` : ""];
}

function clockPart(view) {
  const step = (label, seconds) => h("button", { type: "button", class: "button is-small", onclick: () => view.try(() => post("clock", { advance: seconds })) }, h("bdi", { dir: "ltr" }, label));
  return part("clock", t("clock"), null, h("p", { class: "clock-now" }, clockText()),
    h("div", { class: "acts" }, step("+10 s", 10), step("+1 min", 60), step("+1 h", 3600), step("+1 d", 86400),
      h("button", { type: "button", class: "button is-small clock-switch", onclick: () => view.try(() => post("clock", { paused: !isPaused() })) }, t(isPaused() ? "go_on" : "pause_clock"))));
}

function isPaused() {
  return typeof store.info.clock.paused_at === "number";
}

function drawPaused(body) {
  const button = body.querySelector(".clock-switch");
  if (button) button.textContent = t(isPaused() ? "go_on" : "pause_clock");
}

function faultList() {
  const { faults } = store.info;
  return faults.map((fault) => h("li", {}, icon("bolt"), h("span", {}, t(fault.action)), h("code", { dir: "ltr" }, fault.method ?? "*"),
    h("span", {}, fault.times === 0 ? "∞" : `×${number(fault.times)}`)));
}

function faultsPart(view) {
  const action = h("select", { class: "field", "aria-label": t("faults") }, ACTIONS.map((one) => h("option", { value: one }, t(one))));
  const method = h("input", { class: "field", list: "methods", dir: "ltr", placeholder: t("any_method"), "aria-label": t("method") });
  const times = h("input", { class: "field is-short", type: "number", min: 0, value: "1", "aria-label": t("times") });
  const seconds = h("input", { class: "field is-short", type: "number", min: 0, value: "3", "aria-label": t("seconds") });
  const secondsLabel = h("label", { class: "label" }, t("seconds"), seconds);
  const fits = () => { secondsLabel.hidden = !["rate_limit", "delay"].includes(action.value); };
  action.addEventListener("change", fits);
  fits();
  const form = h("form", { class: "fault-form", onsubmit: (event) => {
    event.preventDefault();
    const body = { action: action.value, times: Number(times.value) };
    if (method.value) body.method = method.value;
    if (action.value === "rate_limit") body.retry_after = Number(seconds.value);
    if (action.value === "error") body.code = 500;
    if (action.value === "delay") body.seconds = Number(seconds.value);
    view.try(() => post("fault", body));
  } },
    h("label", { class: "label" }, t("faults"), action), h("label", { class: "label" }, t("method"), method),
    h("label", { class: "label" }, t("times"), times), secondsLabel,
    h("datalist", { id: "methods" }, METHODS.map((one) => h("option", { value: one }))),
    h("div", { class: "acts" }, h("button", { type: "submit", class: "button is-main" }, t("break_it")),
      h("button", { type: "button", class: "button", onclick: () => view.try(() => post("faults/clear")) }, t("clear"))));
  return part("bolt", t("faults"), t("faults_text"), form, h("ul", { class: "fault-list" }, faultList()));
}

function crashPart(view, window) {
  if (!store.info.can_crash) return null;
  return part("bolt", t("crash"), t("crash_text"), h("button", { type: "button", class: "button is-danger", onclick: async () => {
    window.close();
    if (await view.try(() => post("crash"))) view.toast(t("crashed"));
  } }, t("crash")));
}

function resetPart(view, window) {
  return part("edit", t("reset"), t("reset_text"), h("button", { type: "button", class: "button is-danger", onclick: async () => {
    window.close();
    await view.try(() => post("reset"));
  } }, t("reset")));
}
