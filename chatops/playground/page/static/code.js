// The shop's code beside the messages: opens and closes it, and does what its buttons say.

import { refresh } from "./live.js";
import { busyWhile, send } from "./server.js";

const REMEMBERED = "code";
// From this width on there is room for it beside everything else.
const ROOMY = 1360;

export function listenToCode() {
  if (!document.querySelector(".code-button")) return;
  const remembered = sessionStorage.getItem(REMEMBERED);
  show(remembered ? remembered === "open" : innerWidth >= ROOMY);
  document.addEventListener("click", async ({ target }) => {
    if (target.closest("[data-code]")) toggle();
    const push = target.closest("[data-push]");
    if (push) {
      await busyWhile(push, () => send("/play/push", { what: push.dataset.push }));
      refresh();
    }
  });
}

function toggle() {
  const isOpen = !document.body.classList.contains("is-code-open");
  show(isOpen);
  sessionStorage.setItem(REMEMBERED, isOpen ? "open" : "closed");
  const next = isOpen ? document.querySelector(".code .close") : document.querySelector(".code-button");
  next.focus();
}

function show(isOpen) {
  document.body.classList.toggle("is-code-open", isOpen);
  document.querySelector(".code-button").setAttribute("aria-expanded", String(isOpen));
}
