// The clock and the switches for trouble in the top bar.

import { refresh } from "./live.js";
import { busyWhile, post } from "./server.js";

export function listenToClock() {
  document.addEventListener("click", async (event) => {
    const step = event.target.closest("[data-advance]");
    if (step) {
      await busyWhile(step, () => post("/play/clock", { seconds: Number(step.dataset.advance) }));
      refresh();
    }
    const lever = event.target.closest("[data-trouble]");
    if (lever) {
      const on = lever.getAttribute("aria-checked") !== "true";
      await busyWhile(lever, () => post("/play/trouble", { name: lever.dataset.trouble, on }));
      refresh();
    }
  });
}
