// Places what pops up beside the thing it belongs to, inside the window.

const GAP = 4;
const EDGE = 8;

export function showBeside(popup, anchor, { above = false, alignEnd = false, sameWidth = false } = {}) {
  if (!popup.matches(":popover-open")) popup.showPopover();
  const box = anchor.getBoundingClientRect();
  if (sameWidth) popup.style.width = `${Math.max(box.width, 180)}px`;
  const { width, height } = popup.getBoundingClientRect();
  const below = innerHeight - box.bottom;
  const goesUp = above ? box.top > height + GAP || box.top > below : below < height + EDGE && box.top > below;
  const left = alignEnd ? box.right - width : box.left;
  const top = goesUp ? box.top - height - GAP : box.bottom + GAP;
  popup.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
  popup.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - height - EDGE))}px`;
}

export function hide(popup) {
  if (popup?.matches(":popover-open")) popup.hidePopover();
}

// Marks one option of a list as the one that Enter takes; returns it.
export function activate(box, options, index) {
  const count = options.length;
  const active = count ? options[((index % count) + count) % count] : null;
  for (const option of options) option.classList.toggle("is-active", option === active);
  if (active) {
    box.setAttribute("aria-activedescendant", active.id);
    active.scrollIntoView({ block: "nearest" });
  } else {
    box.removeAttribute("aria-activedescendant");
  }
  return active;
}
