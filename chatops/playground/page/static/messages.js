// The list of messages: days, unread mark, moving by keyboard, and what one can do with a message.

import { go, onShown, refresh } from "./live.js";
import { closeMenu, openMenu } from "./menus.js";
import { send } from "./server.js";
import { dayOf, written } from "./times.js";

let target = null;

export function listenToMessages() {
  onShown(({ moved }) => {
    for (const list of document.querySelectorAll("ol.messages")) markDays(list);
    markUnread();
    openHome(moved);
  });
  for (const name of ["pointerover", "focusin"]) document.addEventListener(name, offerTools);
  document.addEventListener("keydown", move);
  document.addEventListener("click", clicked);
}

function markDays(list) {
  let before = null;
  for (const item of list.children) {
    const at = new Date(item.dataset.at);
    const day = dayOf(at);
    item.classList.toggle("new-day", day !== before);
    if (day !== before) item.dataset.day = written(at, "{day_divider_pretty}");
    before = day;
    item.tabIndex = item === list.lastElementChild ? 0 : -1;
  }
}

function markUnread() {
  const from = document.body.dataset.unreadFrom;
  for (const item of document.querySelectorAll("#messages > .message")) {
    item.classList.toggle("is-first-unread", Boolean(from) && item.dataset.ts === from);
  }
}

async function openHome(moved) {
  if (!moved || document.body.dataset.view !== "home") return;
  await send("/play/home");
  refresh();
}

function offerTools({ target: element }) {
  const message = element.closest?.(".message");
  const tools = document.getElementById("message-tools");
  if (!message || message.matches(".is-system, .is-ephemeral")) return;
  if (message.contains(tools) || tools.contains(document.activeElement)) return;
  message.querySelector(".said").append(tools);
  tools.hidden = false;
}

function move(event) {
  const message = event.target.closest?.(".message");
  if (!message || event.target !== message) return;
  const next = {
    ArrowUp: message.previousElementSibling,
    ArrowDown: message.nextElementSibling,
    Home: message.parentElement.firstElementChild,
    End: message.parentElement.lastElementChild,
  }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  next?.focus();
}

function clicked({ target: element }) {
  const doer = element.closest("[data-do]");
  if (doer) doWith(doer);
  const picker = element.closest("[data-pick-reaction]");
  if (picker) {
    target = picker.closest(".message");
    openMenu(document.getElementById("reaction-picker"), picker);
  }
  const dismissed = element.closest("[data-dismiss]");
  if (dismissed) send("/play/dismiss", { ts: dismissed.closest(".message").dataset.ts }).then(() => refresh());
  const jump = element.closest("[data-jump]");
  if (jump) show(jump.dataset.jump);
}

async function doWith(doer) {
  const inTools = doer.closest("#message-tools");
  if (inTools) target = inTools.closest(".message");
  if (!target) return;
  const { ts, thread } = target.dataset;
  switch (doer.dataset.do) {
    case "react":
      await send("/play/react", { ts, name: doer.dataset.name });
      break;
    case "pin":
      await send("/play/pin", { ts, pinned: !target.classList.contains("is-pinned") });
      break;
    case "shortcut":
      await send("/play/shortcut", { ts, callback: doer.dataset.callback });
      break;
    case "thread": {
      const query = new URLSearchParams(location.search);
      query.set("as", document.body.dataset.as);
      query.set("channel", document.body.dataset.channel);
      query.set("thread", thread || ts);
      await go(`/?${query}`);
      return;
    }
    case "pick":
      openMenu(document.getElementById("reaction-picker"), doer);
      return;
    case "more":
      tellPin(target);
      openMenu(document.getElementById("message-menu"), doer);
      return;
  }
  refresh();
}

function tellPin(message) {
  const words = document.querySelector("[data-pin-words]");
  words.textContent = message.classList.contains("is-pinned") ? "Unpin from the channel" : "Pin to the channel";
}

function show(ts) {
  closeMenu();
  const message = document.getElementById(`m${ts}`);
  if (!message) return;
  message.scrollIntoView({ block: "center" });
  message.classList.remove("is-target");
  requestAnimationFrame(() => message.classList.add("is-target"));
  message.focus({ preventScroll: true });
}
