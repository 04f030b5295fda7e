// Turns one piece of the page into another in place, so that people keep what they are at.
//
// The server's new drawing is compared with its last one, and only what differs between the two is
// changed. So whatever the page's script or the reader has put there since stays: words and ticks,
// an opened menu, a mark of being busy, the focus, a selection. Elements are told apart by id.

import { Idiomorph } from "./vendor/idiomorph.js";

// Each node that came from the server, with what it drew: attributes, or the words of a text.
const drawn = new WeakMap();
// Fields that a person has changed: they are the person's until they go.
const entered = new WeakSet();

remember(document.body);
for (const name of ["input", "change"]) document.addEventListener(name, noteEntry, true);

export function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

export function morphInside(target, html) {
  Idiomorph.morph(target, parsed(html), { morphStyle: "innerHTML", callbacks });
}

export function morph(from, to) {
  Idiomorph.morph(from, to, { morphStyle: "outerHTML", callbacks });
}

// Puts a node from the server into the page, or moves one that is there already.
export function place(parent, node, before) {
  if (node.isConnected && parent.moveBefore) {
    parent.moveBefore(node, before);
    return;
  }
  parent.insertBefore(node, before);
  remember(node);
}

const callbacks = {
  beforeNodeMorphed(from, to) {
    const isNew = !drawn.has(from);
    const last = drawn.get(from) ?? drawingOf(from);
    const next = drawingOf(to);
    drawn.set(from, next);
    if (from.nodeType !== Node.ELEMENT_NODE) {
      if (last === next && !isNew) to.data = from.data;
      return true;
    }
    merge(from, to, last, next);
    if (from.matches("input, textarea")) {
      morphField(from, to, last, next);
      return false;
    }
    if (isChosen(from)) {
      morphChosen(from, to);
      return false;
    }
    return true;
  },
  afterNodeAdded(node) {
    if (!drawn.has(node)) remember(node);
  },
  // What the script made or moved here is not the server's to take away.
  beforeNodeRemoved: (node) => drawn.has(node) && !isKept(node),
  // The policy for contents forbids styles in the markup; those that are there are the script's.
  beforeAttributeUpdated: (name) => name !== "style",
};

function remember(root) {
  const every = NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT;
  const walker = document.createTreeWalker(root, every);
  for (let node = root; node; node = walker.nextNode()) {
    drawn.set(node, drawingOf(node));
    if (node.content) remember(node.content);
  }
}

function drawingOf(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return node.data;
  return new Map([...node.attributes].map(({ name, value }) => [name, value]));
}

// Writes into the new element what was put on the old one since the server drew it.
function merge(from, to, last, next) {
  for (const { name, value } of from.attributes) {
    if (name === "class") to.setAttribute(name, mergedClasses(from, last, next));
    else if (name !== "style" && next.get(name) === last.get(name)) to.setAttribute(name, value);
  }
  for (const [name, value] of next) {
    const isGone = !from.hasAttribute(name) && last.get(name) === value;
    if (isGone && name !== "style") to.removeAttribute(name);
  }
  if (!isChosen(from)) return;
  if ("chosen" in from.dataset) to.dataset.chosen = from.dataset.chosen;
  else delete to.dataset.chosen;
}

function mergedClasses(from, last, next) {
  const words = (drawing) => new Set((drawing.get("class") ?? "").split(/\s+/).filter(Boolean));
  const [before, now] = [words(last), words(next)];
  const stay = [...from.classList].filter((one) => now.has(one) || !before.has(one));
  const come = [...now].filter((one) => !before.has(one));
  return [...new Set([...stay, ...come])].join(" ");
}

function morphField(from, to, last, next) {
  morphAttributes(from, to);
  const picker = from.closest(".picker");
  const isTheirs = entered.has(from) || (picker && (isChosen(picker) || from === document.activeElement));
  if (from.matches("textarea")) {
    const isNews = from.defaultValue !== to.defaultValue;
    if (isNews && !isTheirs) from.value = to.defaultValue;
    if (isNews) from.defaultValue = to.defaultValue;
  } else if (!isTheirs && from.type !== "file") {
    if (last.get("value") !== next.get("value")) from.value = next.get("value") ?? "";
    if (last.has("checked") !== next.has("checked")) from.checked = next.has("checked");
  }
}

// A menu in which something was chosen keeps its choice, but gets its new lines.
function isChosen(element) {
  return Boolean(element?.matches(".picker[data-dirty]"));
}

function morphChosen(from, to) {
  morphAttributes(from, to);
  const lines = (picker) => picker.querySelector("[role=listbox]");
  if (!("external" in from.dataset)) morph(lines(from), lines(to));
}

function morphAttributes(from, to) {
  for (const { name, value } of to.attributes) {
    if (name !== "style" && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  for (const { name } of [...from.attributes]) {
    if (name !== "style" && !to.hasAttribute(name)) from.removeAttribute(name);
  }
}

function noteEntry({ target }) {
  if (!target.matches?.("input, textarea") || target.closest(".picker")) return;
  entered.add(target);
  if (target.type !== "radio") return;
  const group = target.closest("[data-surface]")?.querySelectorAll("input[type=radio]") ?? [];
  for (const one of group) if (one.name === target.name) entered.add(one);
}

function isKept(node) {
  return node.nodeType === Node.ELEMENT_NODE && node.hasAttribute("data-keep");
}
