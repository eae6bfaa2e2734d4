// The right half: PlanFix as an operator sees it.

import { post } from "./api.js";
import { Composer } from "./composer.js";
import { avatar, byTestId, el, EndKeeper, linkify, notice, redrawList, showCurrent } from "./dom.js";
import { commentNode, redrawPicture } from "./planfix_message.js";
import { clock, t } from "./texts.js";

const OPERATORS = [["Анна", "Иванова"], ["Пётр", "Смирнов"], ["Emma", "Clark"]];

export class PlanfixHalf {
  constructor({ onNews }) {
    this.onNews = onNews;
    this.tasks = new Map();
    this.contacts = new Map();
    this.open = null;
    this.list = byTestId("pf-tasks");
    this.head = byTestId("pf-head");
    this.card = byTestId("pf-contact");
    this.messages = byTestId("pf-messages");
    this.end = new EndKeeper(this.messages);
    this.operator = byTestId("pf-operator");
    this.operator.append(...OPERATORS.map((names, index) => el("option", { value: index }, names.join(" "))));
    this.composer = new Composer(byTestId("pf-composer"), {
      dropZone: document.querySelector(".half.planfix"),
      onSend: (text, files) => this.#answer(text, files),
    });
    this.#listenToDialog();
  }

  /** Begin from a snapshot. */
  reset(tasks, contacts) {
    const open = this.open;
    this.contacts = new Map(contacts.map((contact) => [contact.id, contact]));
    this.tasks = new Map(tasks.map((task) => [task.chat_id, taskOf(task)]));
    this.#show(this.tasks.has(open) ? open : tasks[0]?.chat_id ?? null);
  }

  putTask(task) {
    const known = this.tasks.get(task.chat_id);
    this.tasks.set(task.chat_id, known ? { ...known, ...task } : taskOf(task));
    if (this.open === null || this.open === task.chat_id) this.#show(task.chat_id);
    else this.#drawList();
  }

  putContact(contact) {
    this.contacts.set(contact.id, contact);
    this.#drawHead();
    if (this.tasks.get(this.open)?.contact_id !== contact.id) return;
    for (const comment of this.messages.querySelectorAll(".by-contact")) redrawPicture(comment, contact);
  }

  putMessage(message) {
    const task = this.tasks.get(message.chat_id);
    if (!task) return;
    const isNew = !task.messages.has(message.id);
    task.messages.set(message.id, message);
    if (isNew && message.author === "contact") this.#countNews(task);
    if (message.chat_id === this.open) this.#drawMessage(message, isNew && message.author === "operator");
    this.#drawList();
  }

  #countNews(task) {
    if (task.chat_id !== this.open) task.unread += 1;
    this.onNews();
  }

  #show(chatId) {
    if (chatId !== this.open) this.composer.clear();
    this.open = chatId;
    const task = this.tasks.get(chatId);
    if (task) task.unread = 0;
    this.composer.disabled = !task;
    this.#drawList();
    showCurrent(this.list);
    this.#drawHead();
    this.#drawMessages();
  }

  #drawList() {
    const tasks = [...this.tasks.values()].sort((a, b) => lastTime(b) - lastTime(a));
    redrawList(this.list, tasks.length ? tasks.map((task) => this.#item(task)) : [el("li", { class: "empty-list quiet" }, t("tasksEmpty"))]);
  }

  #item(task) {
    const last = [...task.messages.values()].at(-1);
    return el("li", {},
      el("button", { type: "button", class: `item ${task.unread ? "is-unread" : ""}`, "data-testid": "pf-task", "data-chat-id": task.chat_id,
        "aria-current": task.chat_id === this.open ? "true" : null, onclick: () => this.#show(task.chat_id) },
      el("span", { class: "item-text" },
        el("span", { class: "item-number" }, `№ ${task.number}`),
        el("span", { class: "item-name" }, task.title),
        el("span", { class: "item-row" },
          el("span", { class: "item-last" }, last ? last.text || `📎 ${last.attachments[0]?.name ?? ""}` : ""),
          task.unread
            ? el("span", { class: "unread", "data-testid": "pf-unread" }, String(task.unread))
            : el("span", { class: "item-time" }, last ? clock(last.time) : "")))));
  }

  #drawHead() {
    const task = this.tasks.get(this.open);
    const contact = this.contacts.get(task?.contact_id);
    this.card.hidden = !task;
    if (!task) return this.head.replaceChildren(el("div", { class: "talk-title" }, el("h3", {}, t("tasks"))));
    this.head.replaceChildren(
      el("div", { class: "talk-title" },
        el("p", { class: "quiet", "data-testid": "pf-task-number" }, `${t("taskNumber")}${task.number}`, task.channel ? ` · ${task.channel}` : ""),
        el("h3", { "data-testid": "pf-task-title" }, task.title)));
    this.card.replaceChildren(...(contact ? contactCard(contact, task) : [el("p", { class: "quiet" }, t("contactUnknown"))]));
  }

  #drawMessages() {
    const task = this.tasks.get(this.open);
    const messages = task ? [...task.messages.values()] : [];
    this.messages.replaceChildren(...(task ? messages.map((message) => this.#node(message)) : [this.#empty()]));
    this.end.keep(true);
  }

  #drawMessage(message, always) {
    const node = this.#node(message);
    const old = this.messages.querySelector(`[data-message-id="${CSS.escape(message.id)}"]`);
    if (old) old.replaceWith(node);
    else this.messages.append(node);
    this.end.keep(always);
  }

  #node(message) {
    const contact = this.contacts.get(this.tasks.get(message.chat_id)?.contact_id);
    return commentNode(message, contact, () => this.end.keep());
  }

  #empty() {
    return el("div", { class: "empty", "data-testid": "pf-empty" },
      el("strong", {}, t("tasksEmpty")), el("p", {}, t("tasksEmptyHint")));
  }

  #answer(text, files) {
    const form = new FormData();
    form.append("chat_id", this.open);
    form.append("text", text);
    for (const [name, value] of Object.entries(this.#operatorNames())) form.append(name, value);
    for (const file of files) form.append("file", file, file.name);
    return async () => (await post("/api/tasks/answer", form)) !== null;
  }

  #operatorNames() {
    const [first_name, last_name] = OPERATORS[this.operator.value];
    return { first_name, last_name };
  }

  #listenToDialog() {
    const dialog = byTestId("pf-first");
    byTestId("pf-write-first").addEventListener("click", () => dialog.showModal());
    dialog.querySelector("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      const fields = Object.fromEntries(new FormData(event.target));
      const answer = await post("/api/tasks/first", { ...fields, ...this.#operatorNames() });
      if (answer === null) return;
      if (answer.status === 200) { event.target.reset(); dialog.close(); }
      else notice(`${t("notTaken")}: ${answer.error}`);
    });
  }
}

function taskOf({ messages = [], ...task }) {
  return { ...task, messages: new Map(messages.map((message) => [message.id, message])), unread: 0 };
}

function lastTime(task) {
  return [...task.messages.values()].at(-1)?.time ?? 0;
}

function contactCard(contact, task) {
  const name = `${contact.name} ${contact.last_name}`.trim();
  const picture = contact.has_picture ? `/media/contact/${encodeURIComponent(contact.id)}?v=${contact.version}` : "";
  const fields = Object.entries(task.data);
  return [
    avatar(name, picture),
    el("div", { class: "contact-text" },
      el("strong", { "data-testid": "pf-contact-name" }, name),
      el("span", { class: "quiet" }, `${t("contactNumber")}${contact.number}`),
      contact.phone ? el("span", { "data-testid": "pf-contact-phone" }, `☎ ${contact.phone}`) : null,
      contact.email ? el("span", {}, contact.email) : null,
      contact.data ? el("span", { class: "contact-data", "data-testid": "pf-contact-data" }, linkify(contact.data)) : null,
      fields.length ? el("dl", { class: "fields" }, fields.map(([key, value]) => [el("dt", {}, key), el("dd", {}, value)])) : null),
  ];
}
