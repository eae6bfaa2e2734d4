// A text box with files: buttons, paste, drag and drop; Enter sends, Shift+Enter breaks the line.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { size, t } from "./texts.js";

const TALLEST = 160;

export class Composer {
  /**
   * `form` holds a textarea, a file input, a submit button and a list for the chosen files.
   * `onSend(text, files)` returns a function that sends them and resolves to whether they were
   * taken; one is sent after the other, in order.
   * `onFiles(files)` hears of every change of the chosen files.
   */
  constructor(form, { dropZone, onSend, onFiles = () => {} }) {
    this.form = form;
    this.text = form.querySelector("textarea");
    this.input = form.querySelector("input[type=file]");
    this.chips = form.querySelector(".chips");
    this.button = form.querySelector("button[type=submit]");
    this.onSend = onSend;
    this.onFiles = onFiles;
    this.files = [];
    this.sent = Promise.resolve();
    this.#listen();
    this.#listenToDrops(dropZone);
    this.#refresh();
  }

  /** Let nothing be written, or again. */
  set disabled(value) {
    for (const node of this.form.querySelectorAll("textarea, input, button")) node.disabled = value;
    if (!value) this.#refresh();
  }

  /** Forget what was written and chosen. */
  clear() {
    this.text.value = "";
    this.#setFiles([]);
  }

  #listen() {
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.#send(); });
    this.form.querySelector("[data-attach]").addEventListener("click", () => this.input.click());
    this.input.addEventListener("change", () => { this.#addFiles(this.input.files); this.input.value = ""; });
    this.text.addEventListener("input", () => this.#refresh());
    this.text.addEventListener("paste", (event) => {
      if (event.clipboardData.files.length) { event.preventDefault(); this.#addFiles(event.clipboardData.files); }
    });
    this.text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
  }

  #listenToDrops(zone) {
    const over = (event) => {
      if (!event.dataTransfer.types.includes("Files") || this.text.disabled) return;
      event.preventDefault();
      zone.classList.add("dropping");
    };
    zone.addEventListener("dragover", over);
    zone.addEventListener("dragleave", (event) => { if (!zone.contains(event.relatedTarget)) zone.classList.remove("dropping"); });
    zone.addEventListener("drop", (event) => {
      if (!zone.classList.contains("dropping")) return;
      event.preventDefault();
      zone.classList.remove("dropping");
      this.#addFiles(event.dataTransfer.files);
    });
  }

  #send() {
    const text = this.text.value.trim();
    const files = this.files;
    if (!text && !files.length) return;
    const deliver = this.onSend(text, files);
    this.clear();
    this.text.focus();
    this.sent = this.sent.then(deliver).then((taken) => taken || this.#restore(text, files));
  }

  /** Put back what was not taken, unless something else is being written already. */
  #restore(text, files) {
    if (this.text.value || this.files.length) return;
    this.text.value = text;
    this.#setFiles(files);
  }

  #addFiles(files) {
    this.#setFiles([...this.files, ...files]);
    this.text.focus();
  }

  #setFiles(files) {
    this.files = files;
    this.chips.replaceChildren(...files.map((file) => this.#chip(file)));
    this.onFiles(files);
    this.#refresh();
  }

  #chip(file) {
    const remove = () => this.#setFiles(this.files.filter((other) => other !== file));
    return el("li", { class: "chip" },
      el("span", { class: "chip-name" }, file.name),
      el("span", { class: "quiet" }, size(file.size)),
      el("button", { type: "button", class: "plain", "aria-label": `${t("remove")}: ${file.name}`, onclick: remove }, icon("cross")));
  }

  #refresh() {
    this.text.style.height = "auto";
    const height = this.text.scrollHeight; // 0 while the box is not shown
    this.text.style.height = height ? `${Math.min(height + 2, TALLEST)}px` : "";
    this.button.disabled = this.text.disabled || (!this.text.value.trim() && !this.files.length);
  }
}
