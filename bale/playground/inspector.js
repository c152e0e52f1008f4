// Why a message is there: the update, the handlers, the calls.

import { curl } from "./curl.js";
import { fill, h, icon, iconButton, refill } from "./dom.js";
import { summary } from "./summary.js";
import { store } from "./store.js";
import { clock, number, t } from "./words.js";

/** How many calls the list of all shows. */
const SHOWN_CALLS = 150;

export class Inspector {
  constructor(view) {
    this.view = view;
    this.tab = "this";
    this.open = new Set();
    this.head = h("header", { class: "panel-head" });
    this.body = h("div", { class: "inspector-body", tabindex: "0", role: "region", "aria-label": t("inspector") });
    this.element = h("aside", { class: "inspector", "aria-label": t("inspector") }, this.head, this.body);
    store.on("calls", () => this.later());
    store.on("reset", () => this.later());
    this.draw();
  }

  later() {
    if (this.waits || this.element.hidden) return;
    this.waits = true;
    requestAnimationFrame(() => { this.waits = false; this.draw(); });
  }

  draw() {
    const tabs = [["this", t("this_message")], ["all", t("all_calls")]];
    const held = this.element.contains(document.activeElement) ? document.activeElement.dataset.hold : null;
    refill(this.head, h("h2", {}, t("inspector")),
      h("div", { class: "tabs", role: "group", "aria-label": t("inspector") }, tabs.map(([tab, label]) => h("button", {
        type: "button", class: "tab", "aria-pressed": `${this.tab === tab}`, "data-hold": tab, onclick: () => { this.tab = tab; this.draw(); },
      }, label))),
      iconButton("close", t("close"), () => this.view.closeInspector()));
    refill(this.body, this.tab === "all" ? this.everything() : this.one());
    if (held) this.element.querySelector(`[data-hold="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
  }

  everything() {
    const calls = [...store.calls.values()].slice(-SHOWN_CALLS).reverse();
    return calls.length ? calls.map((call) => this.call(call)) : h("p", { class: "hint" }, t("no_calls"));
  }

  one() {
    const { selected } = this.view;
    const message = selected && store.message(selected.chat_id, selected.message_id);
    if (!message) return h("div", { class: "hint" }, icon("inspect"), h("p", {}, t("choose_bubble")));
    const { chat_id, message_id } = selected;
    const wrote = store.callsOfMessage(chat_id, message_id).filter(Boolean);
    const own = store.updateOfMessage(chat_id, message_id);
    const causes = own !== undefined ? [own] : [...new Set(wrote.map((call) => call.update_id).filter((id) => id !== null))];
    const presses = [...store.presses.values()].filter((press) => press.chat_id === chat_id && press.message_id === message_id).map((press) => press.update_id);
    const paying = store.checkouts.get(message.payment?.pre_checkout_query_id);
    const updates = [...new Set([...causes, ...presses, ...(paying === undefined ? [] : [paying])])];
    const told = new Set(updates.flatMap((id) => store.callsOfUpdate.get(id) ?? []));
    const rest = wrote.filter((call) => !told.has(call.number));
    return [
      h("blockquote", { class: "about" }, h("bdi", {}, summary(message).slice(0, 160))),
      updates.map((id) => this.update(id)),
      rest.length > 0 && h("section", { class: "block" }, h("h3", {}, t("calls")), rest.map((call) => this.call(call))),
      this.details(`message${chat_id}/${message_id}`, `${t("message")} ${message_id}`, { ...message, version: undefined }),
    ];
  }

  update(id) {
    const update = store.updates.get(id);
    const story = store.stories.get(id);
    const calls = (store.callsOfUpdate.get(id) ?? []).map((one) => store.calls.get(one)).filter(Boolean);
    const kind = Object.keys(update?.update ?? {}).find((key) => key !== "update_id");
    return h("section", { class: "block", "data-update": id },
      h("h3", {}, t("update"), " ", h("code", {}, `${id}`), h("span", { class: "kind" }, kind),
        update && h("time", {}, clock(update.at / 1000, true))),
      this.story(story),
      calls.length > 0 && h("p", { class: "head" }, t("calls")),
      calls.map((call) => this.call(call)),
      update && this.details(`update${id}`, "JSON", update.update));
  }

  story(story) {
    if (!story) return h("p", { class: "note" }, store.info.can_crash ? t("running") : t("outside"));
    const { handler, verdicts, captures, failed } = story;
    const others = verdicts.filter((verdict) => !verdict.runs);
    return [
      handler
        ? h("div", { class: "handler" }, icon("check"), h("code", { class: "handler-name" }, handler.name),
          h("button", { type: "button", class: "source", dir: "ltr", title: t("copy"), onclick: () => this.view.copy(handler.source) }, handler.source),
          h("bdi", { class: "took", dir: "ltr" }, duration(story.took_us)))
        : h("p", { class: "note" }, t("no_handler")),
      failed?.length > 0 && h("p", { class: "head" }, t("failed")),
      failed?.map((error) => h("p", { class: "failed", dir: "auto" }, error)),
      captures.length > 0 && h("dl", { class: "captures", "aria-label": t("captures") }, captures.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", { dir: "auto" }, value)))),
      story.states?.map((state) => h("div", { class: "states" }, h("p", { class: "head" }, t("before_after"), " ", h("code", {}, state.name)),
        h("div", { class: "state-pair" }, json(state.before ?? t("nothing")), h("span", { "aria-hidden": "true" }, "←"), json(state.after ?? t("nothing"))))),
      others.length > 0 && this.fold(`why${story.update_id}`, `${t("why_not")} (${number(others.length)})`, () => h("ul", { class: "verdicts" },
        others.map((verdict) => h("li", {}, h("code", {}, verdict.name), h("span", { class: "source", dir: "ltr" }, verdict.source), h("p", { dir: "auto" }, verdict.reason))))),
    ];
  }

  call(call) {
    const { reply, status, faulted } = call;
    const good = reply?.ok === true;
    const state = !call.ended ? t("in_flight") : status === null ? t("no_answer") : `${status}`;
    return this.fold(`call${call.number}`, [
      h("code", { class: "call-name" }, call.method),
      (faulted || call.hints) && icon("bolt"),
      h("span", { class: `status ${good ? "is-good" : call.ended ? "is-bad" : ""}` }, state),
      call.ended && h("bdi", { class: "took", dir: "ltr" }, `${number(call.took)} ms`),
      h("time", {}, clock(call.at / 1000, true)),
    ], () => [
      !good && reply?.description && h("p", { class: "failed", dir: "auto" }, reply.description),
      call.hints?.map((hint) => h("p", { class: "hinted", dir: "auto" }, hint)),
      h("p", { class: "head" }, t("request")), json(call.params),
      h("p", { class: "head" }, t("answer")), json(reply),
      h("button", { type: "button", class: "button is-small", onclick: () => this.view.copy(curl(call)) }, icon("copy"), t("copy_curl")),
    ], "call");
  }

  details(key, label, value) {
    return this.fold(key, label, () => json(value));
  }

  /** Something to unfold, which stays unfolded when the panel is drawn again. */
  fold(key, label, inside, kind = "") {
    const body = h("div", { class: "fold-body" });
    const element = h("details", { class: `fold ${kind}`, open: this.open.has(key) }, h("summary", { "data-hold": key }, label), body);
    const draw = () => { if (element.open && !body.firstChild) fill(body, inside()); };
    element.addEventListener("toggle", () => {
      if (element.open) this.open.add(key);
      else this.open.delete(key);
      draw();
    });
    draw();
    return element;
  }
}

function duration(micros) {
  return micros < 1000 ? `${number(micros)} µs` : `${number(Math.round(micros / 100) / 10)} ms`;
}

function json(value) {
  const text = value === undefined || value === null ? "—" : typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return h("pre", { class: "json", dir: "ltr", tabindex: "0", role: "group", "aria-label": "JSON" }, text);
}
