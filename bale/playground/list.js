// A long list of which only what can be seen is in the page. Heights are measured as they come into sight.

import { h } from "./dom.js";

/** What is drawn above and below the visible part, in pixels. */
const MARGIN = 600;
const GUESS = 64;
/** Free room below the last item. */
const FOOT = 12;

export class List {
  /** `scroller` is the element that scrolls; items are `{ key, signature, draw() }`. */
  constructor(scroller, attributes = {}) {
    this.scroller = scroller;
    this.canvas = h("div", { class: "list", ...attributes });
    this.scroller.append(this.canvas);
    this.items = [];
    this.tops = new Float64Array(1);
    this.each = new Float64Array(0);
    this.heights = new Map();
    this.drawn = new Map();
    this.sticks = true;
    this.onstick = () => {};
    this.sizes = new ResizeObserver((entries) => this.measure(entries));
    this.box = new ResizeObserver(() => this.resized());
    this.box.observe(scroller);
    this.scroller.addEventListener("keydown", (event) => this.key(event));
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
  }

  /** Shows these items; stays at the end if it was there, else what is visible stays where it is. */
  set(items) {
    const anchor = this.sticks ? null : this.anchor();
    this.items = items;
    this.arrange();
    if (this.sticks) this.toEnd();
    else this.restore(anchor);
    this.draw();
  }

  toEnd() {
    this.sticks = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.onstick(true);
    this.draw();
  }

  /** Brings an item into the middle. */
  show(key) {
    const index = this.items.findIndex((item) => item.key === key);
    if (index < 0) return;
    this.sticks = false;
    this.scroller.scrollTop = this.tops[index] - this.scroller.clientHeight / 3;
    this.draw();
  }

  /** The arrow keys go from item to item. */
  key(event) {
    const row = event.target.closest(".row");
    const at = row ? this.items.findIndex((item) => item.key === row.dataset.key) : this.items.length;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || event.target.closest("input, textarea, select, video, summary")) return;
    let to = at + step;
    while (this.items[to]?.isMute) to += step;
    if (!this.items[to]) return;
    event.preventDefault();
    this.focus(to);
  }

  focus(index) {
    const { key } = this.items[index];
    if (!this.drawn.has(key)) this.show(key);
    const target = this.drawn.get(key)?.node.querySelector("[data-message]");
    target?.focus({ preventScroll: true });
    target?.scrollIntoView({ block: "nearest" });
  }

  arrange() {
    const count = this.items.length;
    this.each = Float64Array.from(this.items, (item) => this.heights.get(item.key) ?? GUESS);
    this.tops = new Float64Array(count + 1);
    this.stack();
  }

  /** Puts the items below each other. */
  stack() {
    const { tops, each } = this;
    const count = each.length;
    let total = 0;
    for (let index = 0; index < count; index += 1) total += each[index];
    // A short chat stands at the bottom.
    tops[0] = Math.max(0, this.scroller.clientHeight - total - FOOT);
    for (let index = 0; index < count; index += 1) tops[index + 1] = tops[index] + each[index];
    this.canvas.style.height = `${tops[count] + FOOT}px`;
  }

  /** The index of the item at this height. */
  at(y) {
    let low = 0;
    let high = this.items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.tops[middle + 1] <= y) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  anchor() {
    const top = this.scroller.scrollTop;
    const index = this.at(top);
    const item = this.items[index];
    if (!item) return null;
    return { key: item.key, index, offset: top - this.tops[index] };
  }

  restore(anchor) {
    if (!anchor) return;
    const same = this.items[anchor.index]?.key === anchor.key;
    const index = same ? anchor.index : this.items.findIndex((item) => item.key === anchor.key);
    const top = index < 0 ? 0 : this.tops[index] + anchor.offset;
    if (index >= 0 && Math.abs(this.scroller.scrollTop - top) > 1) this.scroller.scrollTop = top;
  }

  scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.scroller;
    const sticks = scrollHeight - scrollTop - clientHeight < 40;
    if (sticks !== this.sticks) {
      this.sticks = sticks;
      this.onstick(sticks);
    }
    if (!this.waits) {
      this.waits = true;
      requestAnimationFrame(() => {
        this.waits = false;
        this.draw();
      });
    }
  }

  resized() {
    this.stack();
    if (this.sticks) this.scroller.scrollTop = this.scroller.scrollHeight;
    this.draw();
  }

  draw() {
    const { scrollTop, clientHeight } = this.scroller;
    const first = Math.max(0, this.at(scrollTop - MARGIN));
    const last = Math.min(this.items.length, this.at(scrollTop + clientHeight + MARGIN) + 1);
    const wanted = new Set();
    for (let index = first; index < last; index += 1) {
      const item = this.items[index];
      wanted.add(item.key);
      let entry = this.drawn.get(item.key);
      if (!entry || entry.signature !== item.signature) {
        const node = h("div", { class: "row", role: "listitem", "data-key": item.key }, item.draw());
        if (entry) {
          const held = entry.node.contains(document.activeElement);
          this.sizes.unobserve(entry.node);
          entry.node.replaceWith(node);
          if (held) node.querySelector("[tabindex], button")?.focus({ preventScroll: true });
        } else {
          this.insert(node, index);
        }
        node.classList.toggle("is-new", !entry && !this.heights.has(item.key) && this.sticks && index >= this.items.length - 2);
        entry = { node, signature: item.signature };
        this.drawn.set(item.key, entry);
        this.sizes.observe(node);
      }
      const top = this.tops[index];
      if (entry.top !== top) {
        entry.top = top;
        entry.node.style.transform = `translateY(${top}px)`;
      }
      if (entry.of !== this.items.length || entry.place !== index) {
        entry.place = index;
        entry.of = this.items.length;
        entry.node.setAttribute("aria-posinset", index + 1);
        entry.node.setAttribute("aria-setsize", this.items.length);
      }
    }
    for (const [key, entry] of this.drawn) {
      if (wanted.has(key)) continue;
      this.sizes.unobserve(entry.node);
      entry.node.remove();
      this.drawn.delete(key);
    }
  }

  /** Keeps the order of the page that of the list, for screen readers and the Tab key. */
  insert(node, index) {
    for (let after = index + 1; after < Math.min(index + 40, this.items.length); after += 1) {
      const next = this.drawn.get(this.items[after].key);
      if (next) {
        this.canvas.insertBefore(node, next.node);
        return;
      }
    }
    this.canvas.append(node);
  }

  measure(entries) {
    let changed = false;
    const anchor = this.sticks ? null : this.anchor();
    for (const { target } of entries) {
      const { key } = target.dataset;
      const height = target.offsetHeight;
      if (height > 0 && this.heights.get(key) !== height) {
        this.heights.set(key, height);
        const { place } = this.drawn.get(key) ?? {};
        if (place !== undefined) this.each[place] = height;
        changed = true;
      }
    }
    if (!changed) return;
    this.stack();
    if (this.sticks) this.scroller.scrollTop = this.scroller.scrollHeight;
    else this.restore(anchor);
    this.draw();
  }

  close() {
    this.sizes.disconnect();
    this.box.disconnect();
  }
}
