// The switches for trouble: each press throws them, also while the one before is being carried out.

import { refresh } from "./live.js";
import { busyWhile, send } from "./server.js";

// What a switch is being thrown to, until the page shows it.
const thrown = new WeakMap();

export function listenToSwitches() {
  document.addEventListener("click", ({ target }) => {
    const lever = target.closest("[data-trouble], [data-code-trouble]");
    if (!lever) return;
    const { trouble, codeTrouble } = lever.dataset;
    if (trouble) throwIt(lever, "/play/trouble", trouble);
    else throwIt(lever, "/play/code-trouble", codeTrouble);
  });
}

async function throwIt(lever, path, name) {
  const on = !(thrown.get(lever) ?? lever.getAttribute("aria-checked") === "true");
  thrown.set(lever, on);
  await busyWhile(lever, async () => {
    await send(path, { name, on });
    await refresh();
  });
  if (!lever.ariaBusy) thrown.delete(lever);
}
