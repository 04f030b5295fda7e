// Speaks with the server, and says what went wrong.

const TOAST_LIFE = 8000;

export async function post(path, body = {}) {
  const { as, channel } = document.body.dataset;
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ as, channel, ...body }),
    });
  } catch {
    toast("The playground does not answer. Is it still running?", true);
    return null;
  }
  const answer = await response.json().catch(() => ({}));
  if (answer.problem) toast(answer.problem, true);
  else if (!response.ok) toast(`That did not work (${response.status}).`, true);
  return response.ok ? answer : null;
}

export async function busyWhile(element, work) {
  element?.classList.add("is-busy");
  element?.setAttribute("aria-busy", "true");
  try {
    return await work();
  } finally {
    element?.classList.remove("is-busy");
    element?.removeAttribute("aria-busy");
  }
}

export function toast(words, isProblem = false) {
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
  setTimeout(() => one.remove(), TOAST_LIFE);
}
