// Menus and sheets that open from a button, and the question before a risky action.

import { hide, showBeside } from "./popups.js";

let opened = null;

export function listenToMenus() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-menu]");
    if (opener) {
      const menu = document.getElementById(opener.dataset.menu);
      if (opened?.menu === menu) closeMenu();
      else openMenu(menu, opener);
    } else if (opened && !opened.menu.contains(event.target)) {
      closeMenu({ refocus: false });
    } else if (event.target.closest("[role=menuitem]")) {
      closeMenu();
    }
  });
  document.addEventListener("keydown", pressed);
  addEventListener("resize", () => closeMenu({ refocus: false }));
}

export function openMenu(menu, opener) {
  closeMenu({ refocus: false });
  opened = { menu, opener };
  opener.setAttribute("aria-expanded", "true");
  const isInComposer = Boolean(opener.closest(".composer"));
  const { right } = opener.getBoundingClientRect();
  showBeside(menu, opener, { above: isInComposer, alignEnd: right > innerWidth / 2 });
  focusable(menu)[0]?.focus();
}

export function closeMenu({ refocus = true } = {}) {
  if (!opened) return;
  const { menu, opener } = opened;
  opened = null;
  const hadFocus = menu.contains(document.activeElement);
  hide(menu);
  opener.setAttribute("aria-expanded", "false");
  if (refocus && hadFocus) opener.focus();
}

// Shows the question that stands in a template; resolves to whether the person said yes.
export function confirmed(template) {
  if (!template) return Promise.resolve(true);
  const dialog = document.getElementById("confirm");
  const form = dialog.querySelector("form");
  form.replaceChildren(template.content.cloneNode(true));
  dialog.returnValue = "no";
  dialog.showModal();
  form.querySelector("[value=no]").focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

function focusable(menu) {
  return [...menu.querySelectorAll("button, a, input")];
}

function pressed(event) {
  if (!opened) return;
  if (event.key === "Escape") {
    event.preventDefault();
    closeMenu();
    return;
  }
  if (event.key === "Tab" && opened.menu.getAttribute("role") === "menu") {
    closeMenu();
    return;
  }
  const items = focusable(opened.menu);
  const here = items.indexOf(document.activeElement);
  const across = opened.menu.classList.contains("reaction-picker") ? 6 : 1;
  const to = {
    ArrowDown: here + across,
    ArrowUp: here - across,
    ArrowRight: here + 1,
    ArrowLeft: here - 1,
    Home: 0,
    End: items.length - 1,
  }[event.key];
  if (here < 0 || to === undefined) return;
  event.preventDefault();
  items[(to + items.length) % items.length].focus();
}
