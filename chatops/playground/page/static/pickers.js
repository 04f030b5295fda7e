// Select menus: search by typing, choose by keyboard or pointer, several where it is allowed.

import { activate, hide, showBeside } from "./popups.js";
import { free } from "./presses.js";
import { ask } from "./server.js";
import { act, valueOf, whereIs } from "./surfaces.js";

const PAUSE = 150;

export function listenToPickers() {
  document.addEventListener("focusout", ({ target, relatedTarget }) => {
    const picker = pickerOf(target);
    if (picker && !picker.contains(relatedTarget)) leave(picker);
  });
  document.addEventListener("pointerdown", pointed);
  document.addEventListener("click", clicked);
  document.addEventListener("input", ({ target }) => {
    const picker = pickerOf(target);
    if (picker) search(picker, target.value);
  });
  document.addEventListener("keydown", pressed);
  document.addEventListener("scroll", scrolled, true);
}

function pickerOf(element) {
  return element.closest?.(".picker");
}

function parts(picker) {
  return { box: picker.querySelector(":scope > input"), list: picker.querySelector("[role=listbox]") };
}

function shownOptions(list) {
  return [...list.querySelectorAll("[role=option]")].filter((option) => !option.hidden);
}

function openList(picker) {
  const { box, list } = parts(picker);
  showBeside(list, picker, { sameWidth: true });
  box.setAttribute("aria-expanded", "true");
}

function closeList(picker) {
  const { box, list } = parts(picker);
  hide(list);
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}

function isOpen(picker) {
  return parts(picker).list.matches(":popover-open");
}

// Lines that the search leaves; a menu whose lines come from the app asks it.
async function search(picker, words) {
  const { box, list } = parts(picker);
  if ("external" in picker.dataset) await suggest(picker, words);
  const wanted = "external" in picker.dataset ? "" : words.trim().toLowerCase();
  for (const option of list.querySelectorAll("[role=option]")) {
    option.hidden = !option.textContent.toLowerCase().includes(wanted);
  }
  for (const group of list.querySelectorAll("[role=group]")) {
    group.parentElement.hidden = !group.querySelector("[role=option]:not([hidden])");
  }
  tellOfNothing(list);
  if (document.activeElement !== box) return;
  openList(picker);
  const options = shownOptions(list);
  const chosen = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  activate(box, options, Math.max(0, chosen));
}

function tellOfNothing(list) {
  list.querySelector(".nothing")?.remove();
  if (shownOptions(list).length) return;
  const line = document.createElement("li");
  line.className = "nothing";
  line.setAttribute("role", "none");
  line.textContent = "Nothing found";
  list.append(line);
}

async function suggest(picker, words) {
  const { list } = parts(picker);
  const turn = (picker.turn = (picker.turn ?? 0) + 1);
  if (words.length < Number(picker.dataset.leastQuery ?? 3)) {
    list.replaceChildren();
    return;
  }
  await new Promise((resolve) => setTimeout(resolve, PAUSE));
  if (picker.turn !== turn) return;
  const { block, action, kind } = picker.dataset;
  const answer = await ask("/play/suggest", {
    ...whereIs(picker),
    block,
    action,
    kind,
    words,
    list: list.id,
  });
  await free();
  if (picker.turn === turn && answer) list.innerHTML = answer.options;
}

function pointed(event) {
  const picker = pickerOf(event.target);
  if (!picker) return;
  const { box, list } = parts(picker);
  if (list.contains(event.target)) {
    event.preventDefault();
    return;
  }
  if (event.target.closest("button")) return;
  if (event.target !== box) event.preventDefault();
  box.focus();
  box.select();
  if (isOpen(picker)) closeList(picker);
  else search(picker, "");
}

function clicked(event) {
  const picker = pickerOf(event.target);
  if (!picker) return;
  const option = event.target.closest("[role=option]");
  if (option) choose(picker, option);
  const chip = event.target.closest(".chip");
  if (chip && event.target.closest("button")) drop(picker, chip);
  if (event.target.closest(".clear")) clear(picker);
}

function pressed(event) {
  const picker = pickerOf(event.target);
  if (!picker || event.isComposing) return;
  const { box, list } = parts(picker);
  const options = shownOptions(list);
  const here = options.findIndex((option) => option.classList.contains("is-active"));
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!isOpen(picker)) search(picker, "");
    else activate(box, options, here + (event.key === "ArrowDown" ? 1 : -1));
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (isOpen(picker) && options[here]) choose(picker, options[here]);
  } else if (event.key === "Escape" && isOpen(picker)) {
    event.preventDefault();
    event.stopPropagation();
    settle(picker);
    closeList(picker);
  } else if (event.key === "Backspace" && !box.value && "multiple" in picker.dataset) {
    const last = [...picker.querySelectorAll(".chip")].at(-1);
    if (last) drop(picker, last);
  }
}

function choose(picker, option) {
  const { box, list } = parts(picker);
  const { value, text } = option.dataset;
  picker.dataset.dirty = "";
  if ("multiple" in picker.dataset) {
    const chips = [...picker.querySelectorAll(".chip")];
    const same = chips.find((chip) => chip.dataset.value === value);
    if (same) {
      drop(picker, same);
      return;
    }
    if (chips.length >= Number(picker.dataset.most ?? Infinity)) return;
    box.before(chip(value, text));
    option.setAttribute("aria-selected", "true");
    box.value = "";
    box.placeholder = "";
    search(picker, "");
  } else {
    for (const one of list.querySelectorAll("[role=option]")) {
      one.setAttribute("aria-selected", String(one === option));
    }
    picker.dataset.chosen = value;
    box.value = text;
    closeList(picker);
  }
  tell(picker);
}

function chip(value, text) {
  const made = document.createElement("span");
  made.className = "chip";
  made.dataset.value = value;
  made.append(text);
  const cross = document.createElement("button");
  cross.type = "button";
  cross.tabIndex = -1;
  cross.textContent = "✕";
  cross.setAttribute("aria-label", `Remove ${text}`);
  made.append(cross);
  return made;
}

function drop(picker, gone) {
  const { box, list } = parts(picker);
  picker.dataset.dirty = "";
  for (const option of list.querySelectorAll("[role=option]")) {
    if (option.dataset.value === gone.dataset.value) option.setAttribute("aria-selected", "false");
  }
  gone.remove();
  if (!picker.querySelector(".chip")) box.placeholder = box.dataset.placeholder;
  box.focus();
  tell(picker);
}

function clear(picker) {
  const { box, list } = parts(picker);
  picker.dataset.dirty = "";
  delete picker.dataset.chosen;
  box.value = "";
  for (const option of list.querySelectorAll("[role=option]")) option.setAttribute("aria-selected", "false");
  box.focus();
  tell(picker);
}

// Leaves the box showing what is chosen, whatever was typed to search.
function settle(picker) {
  const { box, list } = parts(picker);
  if ("multiple" in picker.dataset) {
    box.value = "";
    return;
  }
  const chosen = picker.dataset.chosen;
  const option = [...list.querySelectorAll("[role=option]")].find((one) => one.dataset.value === chosen);
  if (!chosen) box.value = "";
  else if (option) box.value = option.dataset.text;
}

function leave(picker) {
  settle(picker);
  closeList(picker);
}

function scrolled({ target }) {
  const picker = pickerOf(document.activeElement ?? document.body);
  if (picker && isOpen(picker) && !picker.contains(target)) openList(picker);
}

function tell(picker) {
  if ("dispatch" in picker.dataset) act(picker, valueOf(picker));
}
