// PlanFix's window "API ПланФикса для чатов": how PlanFix reaches a bridge that somebody else runs.

import { post } from "./api.js";
import { byTestId } from "./dom.js";

export class Integration {
  constructor() {
    this.button = byTestId("pf-integration");
    this.dialog = byTestId("pf-connect");
    this.form = this.dialog.querySelector("form");
    this.button.addEventListener("click", () => this.#open());
    this.form.addEventListener("submit", (event) => this.#save(event));
  }

  /** Show these settings when the window is opened; null: there is nothing to set. */
  show(settings) {
    this.settings = settings;
    this.button.hidden = !settings;
  }

  #open() {
    for (const [name, value] of Object.entries(this.settings)) this.form.elements[name].value = value;
    this.dialog.showModal();
  }

  async #save(event) {
    event.preventDefault();
    const answer = await post("/api/integration", Object.fromEntries(new FormData(this.form)));
    if (answer) this.dialog.close();
  }
}
