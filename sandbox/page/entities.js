// Telegram's formatting entities as DOM nodes.

import { el, link, linkify } from "./dom.js";

const TAGS = {
  bold: "b",
  italic: "i",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};

/** Nodes that show `text` with its `entities`; offsets count UTF-16 units, as strings do here. */
export function formatted(text, entities = []) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return range(text, sorted, 0, text.length, linkify);
}

const asItIs = (text) => [text];

function range(text, entities, from, to, plain) {
  const nodes = [];
  let at = from;
  for (let i = 0; i < entities.length; ) {
    const entity = entities[i];
    const end = Math.min(entity.offset + entity.length, to);
    let next = i + 1;
    while (next < entities.length && entities[next].offset < end) next += 1;
    const inner = range(text, entities.slice(i + 1, next), entity.offset, end, asItIs);
    if (entity.offset > at) nodes.push(...plain(text.slice(at, entity.offset)));
    nodes.push(wrap(entity, text.slice(entity.offset, end), inner));
    at = end;
    i = next;
  }
  if (at < to) nodes.push(...plain(text.slice(at, to)));
  return nodes;
}

function wrap(entity, text, children) {
  switch (entity.type) {
    case "text_link": return link(entity.url, ...children);
    case "url": return link(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`, text);
    case "email": return link(`mailto:${text}`, text);
    case "phone_number": return link(`tel:${text}`, text);
    case "mention": return link(`https://t.me/${text.slice(1)}`, text);
    case "text_mention": return el("span", { class: "mention" }, ...children);
    case "hashtag": case "cashtag": case "bot_command": return el("span", { class: "mention" }, text);
    case "spoiler": return el("span", { class: "spoiler", tabindex: "0" }, ...children);
    default: return TAGS[entity.type] ? el(TAGS[entity.type], {}, ...children) : el("span", {}, ...children);
  }
}
