// The clock in the top bar.

import { refresh } from "./live.js";
import { busyWhile, send } from "./server.js";

export function listenToClock() {
  document.addEventListener("click", async ({ target }) => {
    const step = target.closest("[data-advance]");
    if (!step) return;
    await busyWhile(step, () => send("/play/clock", { seconds: Number(step.dataset.advance) }));
    refresh();
  });
}
