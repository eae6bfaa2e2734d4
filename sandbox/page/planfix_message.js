// One message of a task as a comment, with its ticks and files.

import { avatar, el, linkify } from "./dom.js";
import { icon } from "./icons.js";
import { clock, size, t } from "./texts.js";

const MARKS = { waiting: "clock", sent: "tick", read: "ticks", error: "warning" };

/** The comment of `message`; `contact` wrote it if its author is the contact. */
export function commentNode(message, contact, onPicture) {
  const name = message.author === "our side" ? message.author_name || t("ourSideName") : message.author_name;
  const reason = message.delivery ? `${t("notTaken")}: ${message.delivery}` : message.ticks_text;
  return el("article", { class: `comment by-${message.author.replace(" ", "-")}`, "data-testid": "pf-message", "data-message-id": message.id, "data-author": message.author, "data-ticks": message.ticks },
    avatar(name, pictureOf(message, contact)),
    el("div", { class: "comment-body" },
      el("header", {},
        el("strong", {}, name),
        message.author === "our side" ? el("span", { class: "badge" }, t("ourSide")) : null,
        el("time", { class: "quiet" }, clock(message.time)),
        message.author === "operator" ? ticks(message, reason) : null),
      message.text ? el("div", { class: "text", dir: "auto", "data-testid": "pf-message-text" }, linkify(message.text)) : null,
      message.attachments.length ? el("div", { class: "attachments" }, message.attachments.map((file, index) => attachment(message, file, index, onPicture))) : null,
      reason ? el("p", { class: message.ticks === "error" || message.delivery ? "reason" : "quiet", "data-testid": "pf-reason" }, reason) : null));
}

/** Show the contact's newest picture beside an older message. */
export function redrawPicture(comment, contact) {
  const name = comment.querySelector("header strong").textContent;
  comment.querySelector(".avatar").replaceWith(avatar(name, pictureOf({ author: "contact" }, contact)));
}

function pictureOf(message, contact) {
  if (message.author === "our side") return "/static/icon.svg";
  if (message.author !== "contact" || !contact?.has_picture) return "";
  return `/media/contact/${encodeURIComponent(contact.id)}?v=${contact.version}`;
}

function ticks(message, reason) {
  const state = message.delivery ? "error" : message.ticks || "waiting";
  const words = [t(`ticks_${state}`), reason].filter(Boolean).join(": ");
  return el("span", { class: `ticks ticks-${state}`, role: "img", "aria-label": words, title: words, "data-testid": "pf-ticks" }, icon(MARKS[state]));
}

function attachment(message, file, index, onPicture) {
  const address = `/media/planfix/${encodeURIComponent(message.id)}/${index}`;
  if (file.error) return chip(file, el("span", { class: "file" }), `${t("failedFile")}: ${file.error}`, "failed");
  if (file.size === null) return chip(file, el("span", { class: "file" }), t("downloading"), "");
  if (/^image\/(png|jpeg|gif|webp)$/.test(file.content_type)) {
    return el("a", { href: address, target: "_blank", class: "picture", title: file.name },
      el("img", { src: address, alt: file.name, "data-testid": "pf-picture", onload: onPicture }));
  }
  const player = /^(audio|video)\//.exec(file.content_type)?.[1];
  const link = chip(file, el("a", { class: "file", href: address, download: file.name, "data-testid": "pf-file" }), size(file.size), "");
  return player ? el("div", { class: "media" }, el(player, { src: address, controls: true, preload: "metadata", "aria-label": file.name }), link) : link;
}

function chip(file, node, words, kind) {
  if (kind) node.classList.add(kind);
  node.append(
    el("span", { class: "file-icon" }, icon(kind ? "warning" : "file")),
    el("span", { class: "file-text" }, el("span", { class: "file-name" }, file.name), el("span", { class: "quiet" }, words)));
  return node;
}
