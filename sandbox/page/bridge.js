// The line about the bridge's process, its log, and the button that kills it.

import { post } from "./api.js";
import { byTestId, EndKeeper } from "./dom.js";
import { t } from "./texts.js";

const KEPT_LINES = 200;

export class BridgeLine {
  constructor() {
    this.state = byTestId("bridge-state");
    this.log = byTestId("bridge-log");
    this.toggle = byTestId("bridge-log-toggle");
    this.restart = byTestId("bridge-restart");
    this.end = new EndKeeper(this.log);
    this.lines = [];
    this.toggle.addEventListener("click", () => this.#showLog(this.log.hidden));
    this.restart.addEventListener("click", () => post("/api/bridge/restart"));
  }

  /** Begin from a snapshot; null: nobody watches a bridge. */
  reset(bridge) {
    for (const node of [this.state, this.toggle, this.restart]) node.hidden = !bridge;
    this.lines = bridge?.log ?? [];
    this.#drawLog();
    if (bridge) this.show(bridge);
  }

  /** Show what is known of the process. */
  show({ state, starts, managed }) {
    this.state.dataset.state = state;
    this.state.dataset.starts = starts;
    this.state.textContent = t(`bridge_${state}`);
    this.restart.hidden = this.toggle.hidden = !managed;
    this.restart.disabled = state === "stopped";
  }

  /** Say that the sandbox itself cannot be reached. */
  lost() {
    this.state.hidden = false;
    this.state.dataset.state = "lost";
    this.state.textContent = t("bridge_lost");
  }

  addLine(line) {
    this.lines = [...this.lines, line].slice(-KEPT_LINES);
    if (!this.log.hidden) this.#drawLog();
  }

  #showLog(shown) {
    this.log.hidden = !shown;
    this.toggle.setAttribute("aria-expanded", String(shown));
    this.#drawLog();
    this.end.keep(true);
  }

  #drawLog() {
    this.log.textContent = this.lines.join("\n") || t("logEmpty");
    this.end.keep();
  }
}
