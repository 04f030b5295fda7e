// The boxes for messages: sending, drafts, and what is offered while one types.

import { onShown, refresh } from "./live.js";
import { activate, hide, showBeside } from "./popups.js";
import { toEnd } from "./scrolling.js";
import { busyWhile, send } from "./server.js";

const MOST_OFFERED = 8;

export function listenToComposers() {
  onShown(({ moved }) => {
    for (const form of document.querySelectorAll("form.composer")) restore(form, moved);
  });
  document.addEventListener("input", ({ target }) => {
    const form = formOf(target);
    if (form) typed(form);
  });
  document.addEventListener("keydown", pressed);
  document.addEventListener("submit", submitted);
  document.addEventListener("focusout", ({ target }) => {
    const form = formOf(target);
    if (form && target === textOf(form)) closeOffers(form);
  });
  document.addEventListener("pointerdown", (event) => {
    if (event.target.closest(".completion, [data-insert]")) event.preventDefault();
  });
  document.addEventListener("click", clicked);
}

function formOf(element) {
  return element.closest?.("form.composer");
}

function textOf(form) {
  return form.querySelector("textarea");
}

function offersOf(form) {
  return form.querySelector(".completion");
}

function keyOf(form) {
  return `draft:${document.body.dataset.as}:${form.dataset.channel}:${form.dataset.thread}`;
}

// Shows the draft that belongs here when the box came to another conversation or person.
function restore(form, moved) {
  const key = keyOf(form);
  if (form.draftKey === key) return;
  const isFirst = form.draftKey === undefined;
  form.draftKey = key;
  const text = textOf(form);
  text.value = sessionStorage.getItem(key) ?? "";
  typed(form);
  closeOffers(form);
  const isIdle = document.activeElement === document.body || form.contains(document.activeElement);
  const wantsFocus = form.dataset.thread ? true : moved && (isFirst ? isIdle : true);
  if (wantsFocus && !document.querySelector("dialog[open]") && matchMedia("(hover: hover)").matches) {
    text.focus({ preventScroll: true });
  }
}

function typed(form) {
  const text = textOf(form);
  if (text.value) sessionStorage.setItem(keyOf(form), text.value);
  else sessionStorage.removeItem(keyOf(form));
  form.classList.toggle("has-text", text.value.trim() !== "");
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
  showUsage(form, text.value);
  offer(form);
}

function showUsage(form, value) {
  const name = value.match(/^(\/\S+)\s/)?.[1];
  const command = JSON.parse(form.dataset.commands).find((one) => one.name === name);
  const line = form.querySelector(".usage");
  line.hidden = !command;
  if (!command) return;
  const bold = document.createElement("b");
  bold.textContent = command.name;
  line.replaceChildren(bold, ` ${command.usage}`);
}

// What could stand at the caret: a command at the start, a person or channel anywhere.
function candidates(form) {
  const text = textOf(form);
  const before = text.value.slice(0, text.selectionStart);
  const word = before.match(/(?:^|\s)([@#][\w.-]*)$/)?.[1];
  if (/^\/\S*$/.test(before) && !form.dataset.thread) return { word: before, from: JSON.parse(form.dataset.commands) };
  if (word) return { word, from: JSON.parse(word[0] === "@" ? form.dataset.people : form.dataset.channels) };
  return null;
}

function offer(form) {
  const text = textOf(form);
  const found = document.activeElement === text ? candidates(form) : null;
  const wanted = found?.word.toLowerCase();
  const matching = (found?.from ?? []).filter(
    ({ name, about }) => name.toLowerCase().startsWith(wanted) || about.toLowerCase().startsWith(wanted.slice(1)),
  );
  if (!matching.length || wanted === matching[0].name + " ") {
    closeOffers(form);
    return;
  }
  const list = offersOf(form);
  list.replaceChildren(...matching.slice(0, MOST_OFFERED).map((one, index) => line(list, one, index)));
  showBeside(list, form, { above: true });
  text.setAttribute("aria-expanded", "true");
  activate(text, [...list.children], 0);
}

function line(list, { name, usage, about }, index) {
  const option = document.createElement("li");
  option.id = `${list.id}-${index}`;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  option.dataset.value = name;
  const first = document.createElement("span");
  first.className = "option-text";
  first.textContent = name;
  const second = document.createElement("span");
  second.className = "option-more";
  second.textContent = usage ? `${about} · ${usage}` : about;
  option.append(first, second);
  return option;
}

function closeOffers(form) {
  hide(offersOf(form));
  const text = textOf(form);
  text.setAttribute("aria-expanded", "false");
  text.removeAttribute("aria-activedescendant");
}

function take(form, option) {
  const text = textOf(form);
  const { word } = candidates(form) ?? { word: "" };
  const end = text.selectionStart;
  text.setRangeText(`${option.dataset.value} `, end - word.length, end, "end");
  typed(form);
  closeOffers(form);
}

function pressed(event) {
  const form = formOf(event.target);
  if (!form || event.target !== textOf(form) || event.isComposing) return;
  const list = offersOf(form);
  const options = [...list.children];
  if (list.matches(":popover-open") && options.length) {
    const here = options.findIndex((option) => option.classList.contains("is-active"));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const isWhole = options[here]?.dataset.value === candidates(form)?.word;
    if (step) {
      event.preventDefault();
      activate(event.target, options, here + step);
      return;
    }
    if ((event.key === "Enter" && !event.shiftKey && !isWhole) || event.key === "Tab") {
      event.preventDefault();
      take(form, options[Math.max(here, 0)]);
      return;
    }
    if (event.key === "Escape") {
      event.preventDefault();
      closeOffers(form);
      return;
    }
  }
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.key === "ArrowUp" && !event.target.value && !form.dataset.thread) {
    event.preventDefault();
    document.querySelector("#messages > .message:last-child")?.focus();
  }
}

async function submitted(event) {
  const form = formOf(event.target);
  if (!form) return;
  event.preventDefault();
  const text = textOf(form);
  const said = text.value;
  if (!said.trim()) return;
  const key = keyOf(form);
  const { channel, thread } = form.dataset;
  text.value = "";
  typed(form);
  closeOffers(form);
  const answer = await busyWhile(form.querySelector(".send"), () => send("/play/type", { channel, thread, text: said }));
  if (answer === null) giveBack(form, key, said);
  await refresh();
  toEnd(document.getElementById(thread ? "thread-scroller" : "scroller"));
}

// What could not be sent stands in the box again, before what was written there since.
function giveBack(form, key, said) {
  const isHere = form.isConnected && keyOf(form) === key;
  const since = isHere ? textOf(form).value : sessionStorage.getItem(key);
  const all = since ? `${said}\n${since}` : said;
  sessionStorage.setItem(key, all);
  if (!isHere) return;
  textOf(form).value = all;
  typed(form);
}

function write(form, words) {
  const text = textOf(form);
  text.focus();
  text.value = words;
  typed(form);
  closeOffers(form);
}

function clicked({ target }) {
  const option = target.closest(".completion [role=option]");
  if (option) take(formOf(option), option);
  const whole = target.closest("[data-type]");
  if (whole) write(document.querySelector("#composer form"), whole.dataset.type);
  const insert = target.closest("[data-insert]");
  if (!insert) return;
  const form = formOf(insert);
  const text = textOf(form);
  text.focus();
  const sign = insert.dataset.insert;
  if (sign === "/") text.setRangeText("/", 0, text.value.startsWith("/") ? 1 : 0, "end");
  else text.setRangeText(/\S$/.test(text.value) ? ` ${sign}` : sign, text.value.length, text.value.length, "end");
  typed(form);
}
