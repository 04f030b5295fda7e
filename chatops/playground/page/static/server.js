// Speaks with the server, and says what went wrong.

import { free } from "./presses.js";

const TOAST_LIFE = 8000;
// How long to wait before an action that did not get through is sent again, in milliseconds.
const PAUSES = [300, 1000, 3000];
const NO_ANSWER = "The playground does not answer. Is it still running?";

// What is under way, by what it is done to: the next action there waits for it.
const lanes = new Map();
const busy = new WeakMap();

// Asks for something; nothing changes by it.
export async function ask(path, body = {}) {
  try {
    return await answerTo(path, JSON.stringify(addressed(body)));
  } catch {
    toast(NO_ANSWER, true);
    return null;
  }
}

// Does something: in the order in which it was pressed, and once, however often it must be sent.
export function send(path, body = {}) {
  const told = addressed(body);
  const lane = told.view ?? told.ts ?? (path === "/play/type" ? `${told.channel}/${told.thread}` : path);
  const sent = (lanes.get(lane) ?? Promise.resolve()).then(() => carryOut(path, JSON.stringify(told)));
  lanes.set(lane, sent);
  sent.finally(() => lanes.get(lane) === sent && lanes.delete(lane));
  return sent;
}

function addressed(body) {
  const { as, channel } = document.body.dataset;
  return { as, channel, ...body };
}

async function carryOut(path, body) {
  const headers = { "Idempotency-Key": newKey() };
  for (const pause of PAUSES) {
    try {
      return await answerTo(path, body, headers);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return answerTo(path, body, headers).catch(() => {
    toast(NO_ANSWER, true);
    return null;
  });
}

function newKey() {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}

// Fails when there is no answer at all, or only a part of one.
async function answerTo(path, body, headers = {}) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body,
  });
  const text = await response.text();
  const answer = read(text);
  if (answer.problem) toast(answer.problem, true);
  else if (!response.ok) toast(`That did not work (${response.status}).`, true);
  return response.ok ? answer : null;
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

export async function busyWhile(element, work) {
  mark(element, 1);
  try {
    return await work();
  } finally {
    mark(element, -1);
  }
}

// Something pressed twice is busy until both are done.
function mark(element, change) {
  if (!element) return;
  const count = (busy.get(element) ?? 0) + change;
  busy.set(element, count);
  element.classList.toggle("is-busy", count > 0);
  if (count) element.setAttribute("aria-busy", "true");
  else element.removeAttribute("aria-busy");
}

export async function toast(words, isProblem = false) {
  await free();
  const shelf = document.getElementById("toasts");
  const one = document.createElement("div");
  one.className = isProblem ? "toast toast-problem" : "toast";
  const text = document.createElement("span");
  text.textContent = words;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "✕";
  close.setAttribute("aria-label", "Dismiss");
  close.addEventListener("click", () => one.remove());
  one.append(text, close);
  shelf.append(one);
  // Shown again, so that it lies over a modal that was opened in the meantime.
  if (shelf.matches(":popover-open")) shelf.hidePopover();
  shelf.showPopover();
  setTimeout(() => free().then(() => one.remove()), TOAST_LIFE);
}
