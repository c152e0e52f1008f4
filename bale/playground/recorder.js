// A voice message from the microphone. Where there is none, there is no button.

import { fill, h, icon, iconButton } from "./dom.js";
import { duration } from "./bubble.js";
import { t } from "./words.js";

/** Whether this browser and this machine can record. */
export async function canRecord() {
  const devices = navigator.mediaDevices;
  if (!globalThis.MediaRecorder || !devices?.getUserMedia || !devices.enumerateDevices) return false;
  const found = await devices.enumerateDevices().catch(() => []);
  return found.some((device) => device.kind === "audioinput");
}

/** What stands in the place of the composer while somebody speaks. */
export class Recorder {
  /** `send` gets a blob and its seconds; `end` is called when the recorder goes away, also without a message. */
  constructor(send, end) {
    this.send = send;
    this.end = end;
    this.time = h("span", { class: "recorder-time" }, duration(0));
    this.element = h("div", { class: "composer-row recorder", role: "group", "aria-label": t("recording"), onkeydown: (event) => {
      if (event.key === "Escape") this.stop(false);
    } });
  }

  /** Asks for the microphone and begins; throws if it may not. */
  async start() {
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    this.recorder = new MediaRecorder(this.stream);
    const pieces = [];
    this.recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
    this.recorder.addEventListener("stop", () => {
      clearInterval(this.ticks);
      for (const track of this.stream.getTracks()) track.stop();
      this.end();
      if (this.isWanted) this.send(new Blob(pieces, { type: this.recorder.mimeType }), Math.max(1, Math.round(this.seconds())));
    });
    this.began = performance.now();
    this.recorder.start();
    this.ticks = setInterval(() => fill(this.time, duration(this.seconds())), 250);
    fill(this.element,
      iconButton("trash", t("discard"), () => this.stop(false)),
      h("span", { class: "recorder-note", role: "status" }, h("i", { "aria-hidden": "true" }), t("recording")), this.time,
      h("button", { type: "button", class: "round-button send", "aria-label": t("send"), title: t("send"), onclick: () => this.stop(true) }, icon("send")));
  }

  seconds() {
    return ((this.ended ?? performance.now()) - this.began) / 1000;
  }

  stop(isWanted) {
    if (this.recorder?.state !== "recording") return;
    this.isWanted = isWanted;
    this.ended = performance.now();
    this.recorder.stop();
  }
}
