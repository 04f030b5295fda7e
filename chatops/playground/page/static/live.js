// Keeps the page as the workspace is: fetches what changed and puts it in its place.

import { morph, morphInside, parsed, place } from "./morph.js";
import { free } from "./presses.js";
import { stickToEnds, toUnread } from "./scrolling.js";
import { ask, toast } from "./server.js";
import { localise } from "./times.js";

const digests = new Map();
const listeners = [];
let source = null;
let running = null;
let again = false;
// What was fetched and waits to be drawn.
let waiting = null;
let drawing = null;

// Calls `listener` after the page was brought up to date, and once at the start.
export function onShown(listener) {
  listeners.push(listener);
}

export function start() {
  const known = JSON.parse(document.getElementById("digests").textContent);
  for (const [id, digest] of Object.entries(known)) digests.set(id, digest);
  document.addEventListener("click", followLink);
  addEventListener("popstate", () => refresh({ moved: true }));
  document.addEventListener("visibilitychange", listen);
  stickToEnds();
  shown({ moved: true });
  listen();
}

export function go(address, { push = true } = {}) {
  if (push) history.pushState(null, "", address);
  return refresh({ moved: true });
}

// Asks again while an answer is under way, so that the last state always arrives.
export function refresh(options = {}) {
  if (running) again = options.moved ? options : again || options;
  else running = fetchAll(options).finally(() => (running = null));
  return running.then(() => drawing);
}

async function fetchAll(options) {
  let next = options;
  while (next) {
    again = false;
    await fetchPicture(next);
    next = again;
  }
}

async function fetchPicture(options) {
  const query = location.search;
  const picture = await ask(`/play/screen${query}`, {
    known: Object.fromEntries(digests),
    seen: !document.hidden,
  });
  if (!picture || query !== location.search) return;
  waiting = { picture, query, moved: options.moved || waiting?.moved };
  document.body.dataset.waiting = picture.revision;
  drawing ??= draw();
}

// Draws what was fetched last, when nobody is in the middle of a press.
async function draw() {
  await free();
  const { picture, query, moved } = waiting;
  waiting = drawing = null;
  delete document.body.dataset.waiting;
  if (query === location.search) show(picture, { moved });
}

function show(picture, { moved = false } = {}) {
  const { dataset } = document.body;
  const before = JSON.stringify([dataset.as, dataset.channel, dataset.view]);
  Object.assign(dataset, picture.screen, { now: picture.now, revision: picture.revision });
  moved &&= before !== JSON.stringify([dataset.as, dataset.channel, dataset.view]);
  if (moved) dataset.unreadFrom = picture.unread_from;
  document.title = picture.title;
  sessionStorage.setItem(`view:${dataset.as}`, location.search);
  for (const [name, html] of Object.entries(picture.regions)) showRegion(name, html);
  for (const [name, rows] of Object.entries(picture.lists)) showList(name, rows);
  for (const [id, digest] of Object.entries(picture.digests)) digests.set(id, digest);
  shown({ moved });
}

function showRegion(name, html) {
  const target = document.getElementById(name);
  if (name === "modal") closeReplaced(target, html);
  morphInside(target, html);
}

// A dialog that goes must be closed first, or the focus would not return.
function closeReplaced(target, html) {
  const open = target.querySelector("dialog");
  const next = parsed(html).querySelector("dialog");
  if (open?.open && open.id !== next?.id) open.close();
}

function showList(name, rows) {
  const list = document.getElementById(name);
  const stays = new Set(rows.map(([id]) => id));
  for (const item of [...list.children]) {
    if (!stays.has(item.id)) removeItem(item);
  }
  let cursor = list.firstElementChild;
  for (const [id, html] of rows) {
    const item = document.getElementById(id);
    const next = html === null ? null : parsed(html).firstElementChild;
    if (item && next) morph(item, next);
    if (item && item === cursor) cursor = cursor.nextElementSibling;
    else place(list, item ?? next, cursor);
  }
}

function removeItem(item) {
  const tools = item.querySelector("#message-tools");
  if (tools) {
    tools.hidden = true;
    document.body.append(tools);
  }
  digests.delete(item.id);
  item.remove();
}

function shown(how) {
  localise();
  for (const listener of listeners) listener(how);
  if (how.moved) document.querySelectorAll(".scroller").forEach(toUnread);
}

function followLink(event) {
  const link = event.target.closest('a[href^="/?"]');
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) {
    return;
  }
  event.preventDefault();
  const persona = link.dataset.persona;
  const remembered = persona && sessionStorage.getItem(`view:${persona}`);
  document.body.classList.remove("is-drawer-open");
  go(remembered || link.getAttribute("href"));
}

// A page that nobody sees does not listen: browsers allow few connections to one server.
function listen() {
  source?.close();
  source = null;
  if (document.hidden) return;
  source = new EventSource(`/play/live?since=${document.body.dataset.revision}`);
  let isLost = false;
  source.addEventListener("open", () => {
    if (isLost) toast("Connected again.");
    isLost = false;
    refresh();
  });
  source.addEventListener("error", () => {
    if (!isLost) toast("The playground does not answer. Trying again…", true);
    isLost = true;
  });
  source.addEventListener("message", ({ data }) => tick(JSON.parse(data)));
}

function tick({ revision, now }) {
  document.body.dataset.now = now;
  const clock = document.getElementById("clock");
  if (clock) clock.dateTime = now;
  if (revision > Number(document.body.dataset.revision)) refresh();
  else free().then(() => localise());
}
