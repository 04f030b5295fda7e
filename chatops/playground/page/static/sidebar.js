// Moving in the list of conversations by keyboard, and the drawer it becomes on a phone.

import { refresh } from "./live.js";
import { busyWhile, send } from "./server.js";

export function listenToSidebar() {
  const sidebar = document.getElementById("sidebar");
  sidebar.addEventListener("keydown", move);
  document.addEventListener("click", ({ target }) => {
    const drawer = target.closest("[data-drawer]");
    if (drawer) setDrawer(drawer.dataset.drawer === "open");
    const join = target.closest("[data-join]");
    if (join) {
      busyWhile(join, () => send("/play/join", { channel: join.dataset.join })).then(() => refresh());
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.body.classList.contains("is-drawer-open")) setDrawer(false);
  });
}

function setDrawer(isOpen) {
  document.body.classList.toggle("is-drawer-open", isOpen);
  const target = isOpen ? "#sidebar .entry[aria-current], #sidebar .entry" : ".drawer-button";
  document.querySelector(target)?.focus();
}

function move(event) {
  const entries = [...document.querySelectorAll("#sidebar .entry")];
  const here = entries.indexOf(document.activeElement);
  const to = {
    ArrowDown: here + 1,
    ArrowUp: here - 1,
    Home: 0,
    End: entries.length - 1,
  }[event.key];
  if (here < 0 || to === undefined) return;
  event.preventDefault();
  entries[Math.max(0, Math.min(to, entries.length - 1))].focus();
}
