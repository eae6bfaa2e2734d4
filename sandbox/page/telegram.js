// The left half: Telegram as a customer sees it.

import { post } from "./api.js";
import { Composer } from "./composer.js";
import { avatar, byTestId, el, EndKeeper, redrawList, showCurrent } from "./dom.js";
import { icon } from "./icons.js";
import { buttonRows, messageNode, preview } from "./telegram_message.js";
import { clock, t } from "./texts.js";

export class TelegramHalf {
  constructor({ onNews }) {
    this.onNews = onNews;
    this.chats = new Map();
    this.open = null;
    this.list = byTestId("tg-customers");
    this.head = byTestId("tg-head");
    this.messages = byTestId("tg-messages");
    this.end = new EndKeeper(this.messages);
    this.keyboard = byTestId("tg-keyboard");
    this.menu = byTestId("tg-menu");
    this.asFiles = byTestId("tg-as-files");
    this.composer = new Composer(byTestId("tg-composer"), {
      dropZone: document.querySelector(".half.telegram"),
      onSend: (text, files) => this.#send(text, files),
      onFiles: (files) => this.#offerAsFiles(files.some((file) => file.type.startsWith("image/"))),
    });
    this.about = byTestId("tg-about");
    this.about.querySelector("button").addEventListener("click", () => this.#speakOf(null));
    this.#listenToDialogs();
  }

  /** Begin from a snapshot. */
  reset(customers) {
    const open = this.open;
    this.chats = new Map(customers.map((customer) => [customer.chat_id, chatOf(customer)]));
    this.#show(this.chats.has(open) ? open : customers[0]?.chat_id ?? null);
  }

  putCustomer(customer) {
    const known = this.chats.get(customer.chat_id);
    this.chats.set(customer.chat_id, { ...(known ?? chatOf(customer)), customer });
    if (!known || customer.chat_id === this.open) this.#show(customer.chat_id);
    else this.#drawList();
  }

  putMessage(chatId, message) {
    const chat = this.chats.get(chatId);
    if (!chat) return;
    const isNew = !chat.messages.has(message.message_id);
    chat.messages.set(message.message_id, message);
    if (isNew && message.from?.is_bot) this.#countNews(chat);
    if (chatId === this.open) this.#drawMessage(chat, message);
    this.#drawList();
  }

  deleteMessage(chatId, messageId) {
    const chat = this.chats.get(chatId);
    if (chat?.messages.delete(messageId) && chatId === this.open) this.#drawMessages();
    this.#drawList();
  }

  #countNews(chat) {
    if (chat.customer.chat_id !== this.open) chat.unread += 1;
    this.onNews();
  }

  #show(chatId) {
    const changed = chatId !== this.open;
    this.open = chatId;
    const chat = this.chats.get(chatId);
    if (chat) chat.unread = 0;
    this.#drawList();
    showCurrent(this.list);
    this.#drawHead(chat);
    this.#drawMenu(chat);
    if (changed) { this.composer.clear(); this.#speakOf(null); }
    this.composer.disabled = !chat || chat.customer.blocked;
    byTestId("tg-blocked-note").hidden = !chat?.customer.blocked;
    this.#drawMessages(changed);
  }

  #drawList() {
    redrawList(this.list, [...this.chats.values()].map((chat) => this.#item(chat)));
  }

  #item({ customer, messages, unread }) {
    const last = [...messages.values()].at(-1);
    const id = customer.chat_id;
    return el("li", {},
      el("button", { type: "button", class: "item", "data-testid": "tg-customer", "data-chat-id": id,
        "aria-current": id === this.open ? "true" : null, onclick: () => this.#show(id) },
      avatar(nameOf(customer), `/media/customer/${id}`),
      el("span", { class: "item-text" },
        el("span", { class: "item-name" }, nameOf(customer)),
        el("span", { class: "item-row" },
          customer.blocked ? el("span", { class: "item-blocked", title: t("blockedNote") }, icon("block")) : null,
          el("span", { class: "item-last" }, last ? preview(last) : atName(customer)),
          unread
            ? el("span", { class: "unread", "data-testid": "tg-unread" }, String(unread))
            : el("span", { class: "item-time" }, last ? clock(last.date) : "")))));
  }

  #drawHead(chat) {
    if (!chat) return this.head.replaceChildren();
    const { customer } = chat;
    const blockWords = t(customer.blocked ? "unblock" : "block");
    this.head.replaceChildren(
      el("img", { class: "avatar", src: "/static/icon.svg", alt: "" }),
      el("div", { class: "talk-title" },
        el("h3", {}, t("bot")),
        el("p", { class: "quiet" }, `${t("writesAs")} `, el("span", { "data-testid": "tg-chat-name" }, nameOf(customer)))),
      el("div", { class: "talk-tools" },
        el("button", { type: "button", class: "quiet-button", "data-testid": "tg-start", title: t("startHint"), disabled: customer.blocked, onclick: () => this.#post("start") }, "/start"),
        el("button", { type: "button", class: "round", "data-testid": "tg-share-phone", title: t("sharePhone"), "aria-label": t("sharePhone"), disabled: customer.blocked, onclick: () => byTestId("tg-phone").showModal() }, icon("phone")),
        el("button", { type: "button", class: "round", "data-testid": "tg-block", title: blockWords, "aria-label": blockWords, "aria-pressed": String(customer.blocked), onclick: () => this.#post("block", { blocked: !customer.blocked }) }, icon("block"))));
  }

  /** The bot's commands; /start has its place in the head. */
  #drawMenu(chat) {
    const commands = (chat?.customer.menu ?? []).filter(({ command }) => command !== "start");
    this.menu.hidden = !commands.length || chat.customer.blocked;
    this.menu.replaceChildren(...commands.map(({ command, description }) =>
      el("button", { type: "button", class: "quiet-button", "data-testid": "tg-command", title: description, onclick: () => this.#post("text", { text: `/${command}` }) }, `/${command}`)));
  }

  #drawMessages(changed) {
    const chat = this.chats.get(this.open);
    const messages = chat ? [...chat.messages.values()] : [];
    const { scrollTop } = this.messages;
    this.messages.replaceChildren(...(messages.length ? messages.map((message) => this.#node(message, chat)) : [this.#empty(chat)]));
    this.messages.scrollTop = scrollTop;
    this.#drawKeyboard(chat);
    this.end.keep(changed);
  }

  #drawMessage(chat, message) {
    const node = this.#node(message, chat);
    const old = this.messages.querySelector(`[data-message-id="${message.message_id}"]`);
    this.messages.querySelector(".empty")?.remove();
    if (old) old.replaceWith(node);
    else this.messages.append(node);
    this.#drawKeyboard(chat);
    this.end.keep(!old && !message.from?.is_bot);
  }

  #node(message, chat) {
    return messageNode(message, {
      actions: chat.customer.blocked ? [] : this.#actions(message, chat),
      reactions: chat.customer.reactions[message.message_id],
      repliedTo: chat.messages.get(message.reply_to_message?.message_id),
      onClick: (data) => this.#post("click", { message_id: message.message_id, data }),
      onPicture: () => this.end.keep(),
    });
  }

  #actions(message, chat) {
    const id = message.message_id;
    const hasHeart = Boolean(chat.customer.reactions[id]?.customer);
    const reply = ["reply", t("reply"), () => this.#speakOf({ reply_to: id }, `${t("replying")}: ${preview(message)}`)];
    if (message.from?.is_bot) return [reply, ["heart", t("react"), () => this.#post("react", { message_id: id, emoji: hasHeart ? "" : "❤" })]];
    const words = message.text ?? message.caption;
    return words ? [reply, ["pen", t("edit"), () => this.#speakOf({ message_id: id }, t("editing"), words)]] : [reply];
  }

  /** Make the next text an answer ({reply_to}) or a change ({message_id}); null: neither. */
  #speakOf(subject, words = "", text = null) {
    this.subject = subject;
    this.about.hidden = !subject;
    this.about.querySelector(".about-text").textContent = words;
    if (text !== null) this.composer.text.value = text;
    if (subject) this.composer.text.focus();
  }

  #empty(chat) {
    if (!chat) return el("p", { class: "empty" }, t("noChat"));
    return el("div", { class: "empty", "data-testid": "tg-empty" },
      el("strong", {}, t("chatEmpty")),
      el("p", {}, t("chatEmptyHint")),
      el("button", { type: "button", class: "primary", "data-testid": "tg-start-big", onclick: () => this.#post("start") }, t("start")));
  }

  #drawKeyboard(chat) {
    const rows = chat?.customer.keyboard?.keyboard ?? [];
    this.keyboard.hidden = !rows.length;
    this.keyboard.replaceChildren(...buttonRows(rows, (button) => {
      if (button.request_contact) byTestId("tg-phone").showModal();
      else this.#post("text", { text: button.text ?? button });
    }));
  }

  #offerAsFiles(offered) {
    this.asFiles.closest("label").hidden = !offered;
    if (!offered) this.asFiles.checked = false;
  }

  #send(text, files) {
    const { subject, open } = this;
    const asFiles = this.asFiles.checked;
    this.#speakOf(null);
    return async () => (files.length
      ? (await post(`/api/customers/${open}/files`, filesForm(text, files, asFiles))) !== null
      : (await post(`/api/customers/${open}/${subject?.message_id ? "edit" : "text"}`, { ...subject, text })) !== null);
  }

  #post(action, body) {
    return post(`/api/customers/${this.open}/${action}`, body);
  }

  #listenToDialogs() {
    const adding = byTestId("tg-new");
    byTestId("tg-add-customer").addEventListener("click", () => adding.showModal());
    adding.querySelector("form").addEventListener("submit", (event) => {
      post("/api/customers", Object.fromEntries(new FormData(event.target)));
      event.target.reset();
    });
    byTestId("tg-phone").querySelector("form").addEventListener("submit", (event) => {
      this.#post("phone", Object.fromEntries(new FormData(event.target)));
    });
  }
}

function filesForm(caption, files, asFiles) {
  const form = new FormData();
  form.append("caption", caption);
  if (asFiles) form.append("as_files", "1");
  for (const file of files) form.append("file", file, file.name);
  return form;
}

function chatOf({ messages = [], ...customer }) {
  return { customer, messages: new Map(messages.map((message) => [message.message_id, message])), unread: 0 };
}

function nameOf(customer) {
  return `${customer.first_name} ${customer.last_name}`.trim();
}

function atName(customer) {
  return customer.username ? `@${customer.username}` : customer.language_code;
}
