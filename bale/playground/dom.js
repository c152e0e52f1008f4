// Elements and icons. Whatever people and bots write becomes text, never markup.

/** An element: `h("p", { class: "x", onclick }, child, "text")`. Nothing becomes of null and false. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value" || key === "checked") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Puts these in the place of everything in an element. */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/**
 * As `fill`, but what looks the same stays: a button that is pressed, or has the keyboard, is not pulled away. Whoever
 * listens to equal elements has to do equal things.
 */
export function refill(element, ...children) {
  const next = fill(document.createDocumentFragment(), ...children);
  let old = element.firstChild;
  for (const child of [...next.childNodes]) {
    const after = old?.nextSibling ?? null;
    if (!old) element.append(child);
    else if (!old.isEqualNode(child)) old.replaceWith(child);
    old = after;
  }
  while (old) {
    const after = old.nextSibling;
    old.remove();
    old = after;
  }
}

const PATHS = {
  image: "M4 5h16v14H4zM4 16l5-5 4 4 2.500-2.500L20 17M15.500 10a1 1 0 1 0 0-2 1 1 0 0 0 0 2z",
  mic: "M12 4a2.500 2.500 0 0 1 2.500 2.500v5a2.500 2.500 0 0 1-5 0v-5A2.500 2.500 0 0 1 12 4zM6 11a6 6 0 0 0 12 0M12 17v3M9 20h6",
  smile: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM9 10h.01M15 10h.01M8.500 14a4 4 0 0 0 7 0",
  note: "M9 18V6l10-2v12M9 18a2.500 2.500 0 1 1-2.500-2.500M19 16a2.500 2.500 0 1 1-2.500-2.500",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  send: "M12 19V5M6 11l6-6 6 6",
  attach: "M20 11.500 12.500 19a4.500 4.500 0 0 1-6.400-6.400L14 4.800a3 3 0 0 1 4.200 4.200l-7.700 7.700a1.500 1.500 0 0 1-2.100-2.100L15 8",
  keyboard: "M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8",
  back: "M9 5l7 7-7 7",
  close: "M6 6l12 12M18 6L6 18",
  more: "M12 5h.01M12 12h.01M12 19h.01",
  inspect: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM16.500 16.500 21 21",
  tools: "M4 7h10M18 7h2M14 5v4M4 17h2M10 17h10M6 15v4M4 12h4M12 12h8M8 10v4",
  plus: "M12 5v14M5 12h14",
  check: "M5 13l4 4L19 7",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  play: "M8 5l11 7-11 7z",
  pause: "M8 5v14M16 5v14",
  pin: "M12 21s7-6.500 7-12a7 7 0 1 0-14 0c0 5.500 7 12 7 12zM12 11.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20a7.500 7.500 0 0 1 15 0",
  group: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 19a6.500 6.500 0 0 1 13 0M16 4.500a3.500 3.500 0 0 1 0 6M18 14a6 6 0 0 1 3.500 5",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  reply: "M14 6l6 6-6 6M20 12H9a5 5 0 0 0-5 5v1",
  edit: "M4 20l1-4L16 5l3 3L8 19zM13.500 7.500l3 3",
  save: "M5 4h11l3 3v13H5zM8 4v5h7V4M8 20v-6h8v6",
  clock: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 7v5l3 2",
  bolt: "M13 3 5 14h6l-1 7 8-11h-6z",
  moon: "M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500z",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  card: "M3 6h18v12H3zM3 10h18",
  window: "M4 5h16v14H4zM4 9h16",
  down: "M6 9l6 6 6-6",
};

/** A drawn sign; whoever stands beside it says what it means. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({
    viewBox: "0 0 24 24", width: 20, height: 20, fill: "none", stroke: "currentColor",
    "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true",
  })) svg.setAttribute(key, value);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  svg.classList.add("icon", `icon-${name}`);
  return svg;
}

/** A button with a sign. */
export function iconButton(name, label, onclick, more = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...more }, icon(name));
}

/** A circle with the first letter of a name, always of the same colour. */
export function avatar(name, id, size = "") {
  const letter = [...(name || "؟").trim()][0] ?? "؟";
  return h("span", { class: `avatar ${size} hue-${Math.abs(Number(id)) % 6}`, "aria-hidden": "true" }, letter);
}

/** A window above the page, which the keyboard can close. */
export function dialog(title, closeLabel, ...children) {
  const element = h("dialog", { class: "dialog", "aria-label": title, onclose: () => element.remove() },
    h("header", { class: "dialog-head" }, h("h2", { tabindex: "-1", autofocus: true }, title),
      iconButton("close", closeLabel, () => element.close())),
    h("div", { class: "dialog-body" }, children));
  element.addEventListener("click", (event) => { if (event.target === element) element.close(); });
  document.body.append(element);
  element.showModal();
  return element;
}
