// Calls the page's server.

import { notice } from "./dom.js";
import { t } from "./texts.js";

/** POST `body` (a plain object as JSON, or FormData). Returns the answer, or null after a notice. */
export async function post(path, body = {}) {
  const isForm = body instanceof FormData;
  try {
    const response = await fetch(path, {
      method: "POST",
      body: isForm ? body : JSON.stringify(body),
      headers: isForm ? {} : { "Content-Type": "application/json" },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(errorIn(text));
    return JSON.parse(text);
  } catch (error) {
    notice(`${t("failed")}: ${error.message}`);
    return null;
  }
}

function errorIn(text) {
  try {
    return JSON.parse(text).error ?? text;
  } catch {
    return text;
  }
}

/** Follow the server's events for as long as the page is open. */
export function follow({ onEvent, onLost }) {
  const source = new EventSource("/api/events");
  source.onmessage = (message) => onEvent(JSON.parse(message.data));
  source.onerror = onLost;
}
