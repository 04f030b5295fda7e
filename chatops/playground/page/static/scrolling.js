// Keeps a list at its end while it is read there, and where it is while it is read further up.

const NEAR_THE_END = 60;
const atEnd = new WeakSet();

export function stickToEnds() {
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const scroller = target.closest(".scroller");
      if (atEnd.has(scroller)) toEnd(scroller);
    }
  });
  for (const scroller of document.querySelectorAll(".scroller")) {
    toEnd(scroller);
    scroller.addEventListener("scroll", () => remember(scroller), { passive: true });
    observer.observe(scroller);
    observer.observe(scroller.querySelector(".messages"));
  }
}

export function toEnd(scroller) {
  scroller.scrollTop = scroller.scrollHeight;
  atEnd.add(scroller);
}

// Shows the first message that was not read, or else the last one.
export function toUnread(scroller) {
  toEnd(scroller);
  scroller.querySelector(".is-first-unread")?.scrollIntoView({ block: "center" });
  remember(scroller);
}

function remember(scroller) {
  const left = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  if (left < NEAR_THE_END) atEnd.add(scroller);
  else atEnd.delete(scroller);
}
