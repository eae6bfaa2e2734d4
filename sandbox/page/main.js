// Wires the page: the server's events go to the two halves and to the bridge's line.

import { follow } from "./api.js";
import { BridgeLine } from "./bridge.js";
import { applyIcons } from "./icons.js";
import { Integration } from "./integration.js";
import { PlanfixHalf } from "./planfix.js";
import { TelegramHalf } from "./telegram.js";
import { applyTexts, t } from "./texts.js";

applyTexts(document);
applyIcons(document);

const bridge = new BridgeLine();
const integration = new Integration();
const telegram = new TelegramHalf({ onNews: () => markTab("telegram") });
const planfix = new PlanfixHalf({ onNews: () => markTab("planfix") });

function onEvent(event) {
  switch (event.type) {
    case "snapshot":
      bridge.reset(event.bridge);
      telegram.reset(event.customers);
      planfix.reset(event.tasks, event.contacts);
      integration.show(event.integration);
      break;
    case "telegram.customer": telegram.putCustomer(event.customer); break;
    case "telegram.message":
    case "telegram.edited_message": telegram.putMessage(event.chat_id, event.message); break;
    case "telegram.deleted_message": telegram.deleteMessage(event.chat_id, event.message_id); break;
    case "planfix.integration": integration.show(event.integration); break;
    case "planfix.task": planfix.putTask(event.task); break;
    case "planfix.contact": planfix.putContact(event.contact); break;
    case "planfix.message": planfix.putMessage(event.message); break;
    case "bridge": bridge.show(event.bridge); break;
    case "bridge.log": bridge.addLine(event.line); break;
  }
}

// On a narrow screen the halves are tabs; a mark tells of news on the hidden one.
const tabs = document.querySelectorAll(".tabs button");
for (const tab of tabs) tab.addEventListener("click", () => showSide(tab.dataset.side));

function showSide(side) {
  document.body.dataset.side = side;
  for (const tab of tabs) {
    tab.setAttribute("aria-pressed", String(tab.dataset.side === side));
    if (tab.dataset.side === side) mark(tab, false);
  }
}

function markTab(side) {
  if (document.body.dataset.side === side) return;
  for (const tab of tabs) if (tab.dataset.side === side) mark(tab, true);
}

function mark(tab, hasNews) {
  tab.classList.toggle("news", hasNews);
  tab.title = hasNews ? t("newMessages") : "";
}

for (const button of document.querySelectorAll("dialog [data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}

follow({ onEvent, onLost: () => bridge.lost() });
