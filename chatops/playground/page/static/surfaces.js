// Messages, modals and Homes of the app: reads what was entered and tells what was pressed.

import { refresh } from "./live.js";
import { confirmed } from "./menus.js";
import { busyWhile, send } from "./server.js";

const TYPED = "input.entry, textarea.entry";

export function listenToSurfaces() {
  document.addEventListener("click", pressed);
  document.addEventListener("change", changed);
  document.addEventListener("keydown", entered);
  document.addEventListener("input", typed);
}

// What a person has entered on a surface, by block and action.
export function entries(surface) {
  const found = {};
  for (const element of surface.querySelectorAll("[data-kind][data-action]")) {
    const value = valueOf(element);
    if (value === undefined) continue;
    (found[element.dataset.block] ??= {})[element.dataset.action] = { kind: element.dataset.kind, value };
  }
  return found;
}

export function whereIs(element) {
  const surface = element.closest("[data-surface]");
  if (!surface) return null;
  const { surface: kind, view, ts } = surface.dataset;
  return { surface: kind, view, ts, entries: entries(surface) };
}

export async function act(element, value, busy = element) {
  const place = whereIs(element);
  if (!place) return;
  if (!(await confirmed(questionOf(element)))) return;
  const { block, action, kind } = element.dataset;
  await busyWhile(busy, () => send("/play/act", { ...place, block, action, kind, value }));
  refresh();
}

// The question that the app wants asked first stands right after the element, or inside a menu.
function questionOf(element) {
  const inside = element.querySelector(":scope > template.confirm");
  const next = element.nextElementSibling;
  return inside ?? (next?.matches("template.confirm") ? next : null);
}

export function valueOf(element) {
  if (element.matches(".picker")) return chosenIn(element);
  if (element.matches(".choices")) {
    const ticked = [...element.querySelectorAll("input:checked")].map((box) => box.value);
    return element.dataset.kind === "checkboxes" ? ticked : (ticked[0] ?? null);
  }
  if (element.type === "datetime-local") {
    return element.value ? Math.floor(new Date(element.value).getTime() / 1000) : null;
  }
  if (element.type === "file") return [...element.files].map((file) => file.name);
  if (element.matches(TYPED)) return element.value || null;
  return undefined;
}

function chosenIn(picker) {
  if ("multiple" in picker.dataset) {
    return [...picker.querySelectorAll(".chip")].map((chip) => ({
      value: chip.dataset.value,
      text: chip.firstChild.textContent,
    }));
  }
  const value = picker.dataset.chosen;
  return value ? { value, text: picker.querySelector("input").value } : null;
}

async function pressed({ target }) {
  const reaction = target.closest("[data-reaction]");
  if (reaction) {
    const { ts } = reaction.closest("[data-ts]").dataset;
    await send("/play/react", { ts, name: reaction.dataset.reaction });
    refresh();
    return;
  }
  const button = target.closest("button[data-action], a[data-action]");
  if (button) {
    act(button, button.dataset.value ?? null);
    return;
  }
  const item = target.closest(".overflow [role=menuitem]");
  if (item) {
    const overflow = item.closest(".overflow");
    if (item.dataset.href) open(item.dataset.href, "_blank", "noopener");
    act(overflow, item.dataset.value, overflow.querySelector("[data-menu]"));
    return;
  }
  const shortcut = target.closest("[data-shortcut]");
  if (shortcut) {
    await send("/play/shortcut", { callback: shortcut.dataset.shortcut });
    refresh();
  }
}

function changed({ target }) {
  const choices = target.closest(".choices[data-dispatch]");
  if (choices) act(choices, valueOf(choices));
  const isDate = ["date", "time", "datetime-local"].includes(target.type);
  if (isDate && target.matches("[data-dispatch]")) act(target, valueOf(target));
}

// A text tells the app of itself on Enter, or on every letter, as the app asked.
function entered(event) {
  const { target } = event;
  if (event.key !== "Enter" || event.isComposing || !target.matches?.("input.entry[data-dispatch]")) return;
  if (!triggers(target).includes("on_enter_pressed")) return;
  event.preventDefault();
  act(target, valueOf(target));
}

function typed({ target }) {
  if (!target.matches?.(TYPED)) return;
  count(target);
  if (target.matches("[data-dispatch]") && triggers(target).includes("on_character_entered")) {
    clearTimeout(target.waiting);
    target.waiting = setTimeout(() => act(target, valueOf(target)), 300);
  }
}

function triggers(element) {
  return element.dataset.trigger ?? "on_enter_pressed";
}

function count(element) {
  const counter = element.parentElement.querySelector(".counter");
  if (!counter) return;
  const most = element.maxLength;
  counter.textContent = `${element.value.length}/${most}`;
  counter.classList.toggle("is-full", element.value.length >= most);
}


