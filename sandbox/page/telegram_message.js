// One Telegram message as a bubble, whatever it holds.

import { el, link } from "./dom.js";
import { formatted } from "./entities.js";
import { icon } from "./icons.js";
import { clock, size, t } from "./texts.js";

const FILES = ["document", "video", "animation", "audio", "voice", "video_note", "sticker"];
const EMOJI = { photo: "🖼", document: "📄", video: "🎬", animation: "🎞", audio: "🎵", voice: "🎤", video_note: "⏺", location: "📍", venue: "📍", contact: "👤", poll: "📊", dice: "🎲" };
const FRAME = new Set(["message_id", "message_thread_id", "from", "chat", "date", "edit_date", "sender_chat", "media_group_id", "reply_markup", "reply_to_message", "link_preview_options", "has_protected_content"]);

/**
 * The bubble of `message`. `actions` are [icon, words, what to do]; `reactions` has a mark of the bot
 * and of the customer; `onClick(data)` hears inline buttons, `onPicture()` a loaded picture.
 */
export function messageNode(message, { repliedTo, reactions = {}, actions, onClick, onPicture }) {
  const side = message.from?.is_bot ? "in" : "out";
  const text = message.text ?? message.caption;
  const bubble = el("div", { class: "bubble" },
    repliedTo ? el("blockquote", { class: "replied" }, preview(repliedTo)) : null,
    content(message, onPicture),
    text ? el("div", { class: "text", dir: "auto" }, formatted(text, message.entities ?? message.caption_entities)) : null,
    el("span", { class: "meta" }, message.edit_date ? `${t("edited")} ` : "", clock(message.date)),
    Object.values(reactions).some(Boolean) ? el("span", { class: "reactions", "data-testid": "tg-reactions" }, Object.values(reactions).join(" ")) : null);
  const rows = message.reply_markup?.inline_keyboard ?? [];
  return el("div", { class: `message ${side}`, "data-testid": "tg-message", "data-message-id": message.message_id, "data-side": side },
    el("div", { class: "bubble-row" }, bubble,
      el("div", { class: "actions" }, actions.map(([name, words, run]) =>
        el("button", { type: "button", class: "round", title: words, "aria-label": words, "data-testid": `tg-${name}`, onclick: run }, icon(name))))),
    rows.length ? el("div", { class: "inline-keyboard" }, buttonRows(rows, (button) => onClick(button.callback_data ?? ""))) : null);
}

/** A message in a few words, for lists and quotes. */
export function preview(message) {
  const kind = kindOf(message);
  return [EMOJI[kind], message.sticker?.emoji, message.text ?? message.caption ?? nameOfFile(message[kind]) ?? ""].filter(Boolean).join(" ");
}

/** Rows of buttons; those with an address are links. */
export function buttonRows(rows, onClick) {
  return rows.map((row) => el("div", { class: "buttons" }, row.map((button) => (button.url
    ? link(button.url, button.text)
    : el("button", { type: "button", "data-testid": "tg-button", onclick: () => onClick(button) }, button.text ?? button)))));
}

function content(message, onPicture) {
  const kind = kindOf(message);
  const body = message[kind];
  switch (kind) {
    case null: return null;
    case "photo": return picture(body.at(-1), "photo.jpg", "tg-photo", onPicture);
    case "animation": return body.mime_type === "image/gif" ? picture(body, body.file_name ?? "animation.gif", "tg-photo", onPicture) : media("video", body, kind);
    case "video": case "video_note": return media("video", body, kind);
    case "voice": case "audio": return media("audio", body, kind);
    case "sticker": return sticker(body, onPicture);
    case "location": return place(body, t("location"));
    case "venue": return place(body.location, `${body.title}, ${body.address}`);
    case "contact": return el("div", { class: "file" }, el("span", { class: "file-icon" }, icon("person")), `${body.first_name} ${body.last_name ?? ""} ${body.phone_number}`);
    case "document": return fileChip(body, "document");
    default: return el("em", {}, `${EMOJI[kind] ?? ""} ${t("unsupported")}: ${kind}`);
  }
}

function kindOf(message) {
  if (message.text !== undefined) return null;
  if (message.photo) return "photo";
  if (message.animation) return "animation"; // its file is repeated as a document
  if (message.venue) return "venue"; // its place is repeated as a location
  const known = FILES.find((kind) => message[kind]);
  return known ?? Object.keys(message).find((key) => !FRAME.has(key) && !key.startsWith("caption") && typeof message[key] === "object") ?? null;
}

function address(file, name) {
  return `/media/telegram/${encodeURIComponent(file.file_id)}?name=${encodeURIComponent(name)}`;
}

function nameOfFile(file) {
  return Array.isArray(file) ? undefined : file?.file_name;
}

function picture(file, name, testId, onPicture) {
  const source = address(file, name);
  return el("a", { href: source, target: "_blank", class: "picture" },
    el("img", { src: source, alt: t("telegram"), width: file.width, height: file.height, "data-testid": testId, onload: onPicture }));
}

function sticker(file, onPicture) {
  if (file.is_animated || file.is_video) return el("div", { class: "sticker-emoji" }, file.emoji ?? t("sticker"));
  return el("div", { class: "sticker" }, picture(file, "sticker.webp", "tg-sticker", onPicture));
}

function media(tag, file, kind) {
  const name = file.file_name ?? `${kind}.${tag === "video" ? "mp4" : "ogg"}`;
  return el("div", { class: `media ${kind}` },
    el(tag, { src: address(file, name), controls: true, preload: "metadata", loop: kind === "animation", "aria-label": t(tag) }),
    fileChip(file, kind));
}

function fileChip(file, kind) {
  const name = file.file_name ?? kind;
  return el("a", { class: "file", href: address(file, name), download: name, "data-testid": "tg-file" },
    el("span", { class: "file-icon" }, icon(kind === "document" ? "file" : "play")),
    el("span", { class: "file-text" }, el("span", { class: "file-name" }, name), el("span", { class: "quiet" }, size(file.file_size ?? 0))));
}

function place({ latitude, longitude }, words) {
  const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=15/${latitude}/${longitude}`;
  return el("div", { class: "file" }, el("span", { class: "file-icon" }, icon("place")), link(map, words, ` ${latitude}, ${longitude}`));
}
