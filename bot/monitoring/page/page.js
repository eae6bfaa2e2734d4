// Asks for the page again and again, and replaces what has changed, but never what has the focus.
"use strict";

const SECONDS = Number(document.currentScript.dataset.seconds);
const OLDEST = 60_000; // milliseconds; who comes back to the page does not read older news
const lost = document.getElementById("lost");
const address = new URL(location.href);
for (const once of ["done", "entered"]) address.searchParams.delete(once);
history.replaceState(null, "", address); // what was done is told once

let asked = Date.now();

function replace(old, fresh) {
  if (!fresh || old.innerHTML === fresh.innerHTML) return;
  if (old.contains(document.activeElement)) return;
  for (const details of old.querySelectorAll("details[open]")) {
    fresh.querySelector(`#${CSS.escape(details.id)}`)?.setAttribute("open", "");
  }
  old.className = fresh.className;
  old.replaceChildren(...document.importNode(fresh, true).childNodes);
}

function show(page) {
  if (!page.getElementById("verdict")) return location.reload(); // the session has ended
  for (const fresh of page.querySelectorAll("[data-live]")) {
    const old = document.getElementById(fresh.id);
    if (!old) return location.reload(); // a part has come that was not there
    replace(old, fresh);
  }
  for (const old of document.querySelectorAll("[data-live]")) {
    if (!page.getElementById(old.id)) old.replaceChildren();
  }
  document.title = page.title;
}

async function refresh() {
  asked = Date.now();
  try {
    const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(8000) });
    if (!answer.ok) throw new Error(answer.status);
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    lost.hidden = true;
    lost.textContent = "";
  } catch {
    lost.hidden = false;
    if (!lost.textContent) lost.textContent = lost.dataset.text;
  }
}

setInterval(() => document.hidden || refresh(), SECONDS * 1000);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && Date.now() - asked > OLDEST) refresh();
});
