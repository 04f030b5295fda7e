// Knows whether somebody is in the middle of a press, so that nothing moves under it.
//
// A click only comes about when the pointer goes down and up again on the same element; the same is
// true of the space bar. Whoever changes what is shown waits for `free()` first.

// After a finger has left the screen, its click comes a little later, or not at all.
const TAP = 350;
const SPACE = " ";

const held = new Map();
let waiting = [];

export function listenToPresses() {
  addEventListener("pointerdown", ({ isPrimary, button }) => isPrimary && !button && hold("pointer"), true);
  addEventListener("pointerup", ({ pointerType }) => letGo("pointer", pointerType === "mouse" ? 0 : TAP), true);
  addEventListener("click", () => letGo("pointer"), true);
  // Where the browser takes the pointer for something else, no click follows.
  for (const name of ["pointercancel", "dragend", "contextmenu"]) {
    addEventListener(name, () => letGo("pointer"), true);
  }
  addEventListener("pointermove", ({ pointerType, buttons }) => {
    if (pointerType === "mouse" && !buttons) letGo("pointer");
  }, true);
  addEventListener("keydown", ({ key, target }) => key === SPACE && isPressed(target) && hold("key"), true);
  addEventListener("keyup", ({ key }) => key === SPACE && letGo("key"), true);
  for (const name of ["blur", "pagehide"]) addEventListener(name, letGoOfAll);
  document.addEventListener("visibilitychange", letGoOfAll);
}

// Resolves at once, or when the press that is under way is over and its click was told.
export function free() {
  return held.size ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve();
}

function isPressed(target) {
  return Boolean(target.closest?.("button, summary, input[type=checkbox], input[type=radio]"));
}

function hold(name) {
  clearTimeout(held.get(name));
  held.set(name, null);
}

// The click is told in the same turn as the event that ends the press, so what waits comes after it.
function letGo(name, after = 0) {
  if (!held.has(name)) return;
  clearTimeout(held.get(name));
  held.set(name, setTimeout(() => freed(name), after));
}

function freed(name) {
  held.delete(name);
  if (held.size) return;
  const ready = waiting;
  waiting = [];
  for (const resolve of ready) resolve();
}

function letGoOfAll() {
  for (const name of [...held.keys()]) letGo(name);
}
