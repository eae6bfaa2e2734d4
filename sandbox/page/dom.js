// Builds elements. Data from either side enters the page as text nodes and attributes alone.

/** An element with attributes and children; strings become text, null and false are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(node, name, value);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function set(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "hidden") node.hidden = Boolean(value);
  else node.setAttribute(name, value === true ? "" : value);
}

/** The one element with this data-testid. */
export function byTestId(id) {
  return document.querySelector(`[data-testid="${id}"]`);
}

const SAFE_LINK = /^(https?:\/\/|mailto:|tel:|tg:\/\/)/i;

/** A link that opens elsewhere, or plain children if the address is not a safe one. */
export function link(address, ...children) {
  if (!SAFE_LINK.test(address)) return el("span", {}, ...children);
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** Text whose web addresses can be clicked. */
export function linkify(text) {
  const parts = text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]])/);
  return parts.map((part, index) => (index % 2 ? link(part, part) : part));
}

/** Initials on a coloured ground, or a picture if there is one. */
export function avatar(name, pictureAddress) {
  if (pictureAddress) return el("img", { class: "avatar", src: pictureAddress, alt: "", loading: "lazy" });
  const initials = name.split(/\s+/).filter(Boolean).slice(0, 2).map((word) => Array.from(word)[0]).join("");
  return el("span", { class: `avatar avatar-${hue(name)}`, "aria-hidden": "true" }, initials || "?");
}

function hue(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 997;
  return sum % 6;
}

/** Keeps a scrolling list at its end for as long as the reader has not scrolled up. */
export class EndKeeper {
  constructor(list) {
    this.list = list;
    this.atEnd = true;
    let before = 0;
    list.addEventListener("scroll", () => {
      const near = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
      if (near) this.atEnd = true;
      else if (list.scrollTop < before) this.atEnd = false; // what grows below does not count
      before = list.scrollTop;
    });
    new ResizeObserver(() => this.keep()).observe(list);
  }

  /** Go back to the end, if the reader was there or `always`. */
  keep(always = false) {
    if (!this.atEnd && !always) return;
    this.list.scrollTop = this.list.scrollHeight;
    this.atEnd = true;
  }
}

/** Replace a list's items, keeping its scrolling and the focused item (by data-chat-id). */
export function redrawList(list, items) {
  const { scrollLeft, scrollTop } = list;
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.chatId : null;
  list.replaceChildren(...items);
  list.scrollTo(scrollLeft, scrollTop);
  if (focused) list.querySelector(`[data-chat-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

/** Scroll a list to its chosen item. */
export function showCurrent(list) {
  list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** A short notice over the page. */
export function notice(text) {
  const node = el("div", { class: "notice", role: "alert", "data-testid": "notice" }, text);
  (document.querySelector("dialog[open]") ?? document.body).append(node); // an open dialog lies above all
  setTimeout(() => node.remove(), 6000);
}
