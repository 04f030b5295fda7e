// Modals: opened where the server says so, sent, closed, and the focus kept inside.

import { onShown, refresh } from "./live.js";
import { busyWhile, send } from "./server.js";
import { entries } from "./surfaces.js";

const FOCUSABLE = 'button:not([tabindex="-1"]), a[href], input, textarea, summary, [tabindex="0"]';
const FIELDS = "input, textarea";

// The modal whose answer is awaited: what is wrong in it gets the focus.
let sent = null;
// Where the script put the focus: nobody has chosen to be there.
let placed = null;
// What kept a modal from being sent; it stays there however often the modal is drawn anew.
let problem = { dialog: null, text: "" };

export function listenToModals() {
  onShown(shown);
  document.addEventListener("submit", submitted);
  document.addEventListener("click", ({ target }) => {
    const closer = target.closest("dialog [data-close]");
    if (closer) close(closer.closest("dialog"));
  });
  document.addEventListener("cancel", cancelled, true);
  // A browser may close a dialog without asking; one that is replaced is gone by then.
  document.addEventListener("close", ({ target }) => target.matches("#modal dialog") && close(target), true);
  document.addEventListener("keydown", kept);
}

function shown() {
  const dialog = document.querySelector("#modal dialog");
  if (!dialog) return;
  if (!dialog.open) {
    dialog.showModal();
    placed = document.activeElement;
  }
  localDates(dialog);
  tell(dialog);
  const active = document.activeElement;
  const isIdle = !dialog.contains(active) || active === dialog || (active === placed && !active.matches(FIELDS));
  const wrong = dialog.querySelector('[aria-invalid="true"]');
  if (wrong && sent === dialog.id) wrong.focus();
  else if (isIdle) {
    first(dialog)?.focus();
    placed = document.activeElement;
  }
  if (wrong) sent = null;
}

function first(dialog) {
  const body = dialog.querySelector(".modal-body");
  return body.querySelector("[autofocus]") ?? body.querySelector(FIELDS) ?? dialog.querySelector("[data-submit]");
}

// The browser shows this kind of field in the reader's zone, so the moment is given in it.
function localDates(dialog) {
  for (const field of dialog.querySelectorAll("input[type=datetime-local][data-seconds]")) {
    const at = new Date(Number(field.dataset.seconds) * 1000);
    const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
    field.value = shifted.toISOString().slice(0, 16);
    delete field.dataset.seconds;
  }
}

async function submitted(event) {
  const form = event.target;
  if (!form.matches('[data-surface="view"]')) return;
  event.preventDefault();
  const dialog = form.closest("dialog");
  const button = form.querySelector("[data-submit]");
  if (!button) return;
  await once(dialog, () =>
    busyWhile(button, async () => {
      const answer = await send("/play/submit", { view: form.dataset.view, entries: entries(form) });
      sent = dialog.id;
      problem = { dialog: dialog.id, text: answer?.problem ?? "" };
      tell(dialog);
    }),
  );
}

// As in Slack, a form that is being sent or closed does nothing more until what came of it is shown.
async function once(dialog, work) {
  if (dialog.ariaBusy) return;
  await busyWhile(dialog, async () => {
    await work();
    await refresh();
  });
}

function tell(dialog) {
  const place = dialog.querySelector("[data-problem]");
  const text = problem.dialog === dialog.id ? problem.text : "";
  if (place && place.textContent !== text) place.textContent = text;
}

function close(dialog) {
  return once(dialog, () => send("/play/close", { view: dialog.dataset.view }));
}

function cancelled(event) {
  if (!event.target.matches?.("#modal dialog")) return;
  event.preventDefault();
  close(event.target);
}

function kept(event) {
  if (event.key !== "Tab") return;
  const dialog = document.activeElement?.closest("dialog");
  if (!dialog) return;
  const stops = [...dialog.querySelectorAll(FOCUSABLE)].filter((one) => one.checkVisibility() && !one.disabled);
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0]).focus();
}
