// Turns one piece of the page into another, and leaves alone what the person is busy with.

const OWN = new Set(["open", "aria-expanded", "aria-activedescendant", "style"]);

export function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

export function morphInside(target, html) {
  morphChildren(target, parsed(html));
}

export function morph(from, to) {
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.data !== to.data) from.data = to.data;
    return;
  }
  morphAttributes(from, to);
  if (from.matches("textarea")) {
    if (from.value === from.defaultValue && from.defaultValue !== to.defaultValue) {
      from.value = to.defaultValue;
    }
    from.defaultValue = to.defaultValue;
    return;
  }
  if (from.matches("template")) {
    from.innerHTML = to.innerHTML;
    return;
  }
  morphChildren(from, to);
}

// A menu in which something was chosen keeps its choice, but gets its new lines.
function morphChosenPicker(from, to) {
  const lines = (picker) => picker.querySelector("[role=listbox]");
  morph(lines(from), lines(to));
}

function morphChildren(from, to) {
  if (from.nodeType === Node.ELEMENT_NODE && from.matches(".picker[data-dirty]")) {
    morphChosenPicker(from, to);
    return;
  }
  const keyed = new Map();
  for (const child of from.children) if (child.id) keyed.set(child.id, child);
  let cursor = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    while (isKept(cursor)) cursor = cursor.nextSibling;
    const known = keyed.get(wanted.id);
    if (known && isAlike(known, wanted)) {
      if (known === cursor) cursor = cursor.nextSibling;
      else from.insertBefore(known, cursor);
      morph(known, wanted);
    } else if (cursor && !cursor.id && !wanted.id && isAlike(cursor, wanted)) {
      const here = cursor;
      cursor = cursor.nextSibling;
      morph(here, wanted);
    } else {
      from.insertBefore(wanted, cursor);
    }
  }
  while (cursor) {
    const next = cursor.nextSibling;
    if (!isKept(cursor)) cursor.remove();
    cursor = next;
  }
}

function morphAttributes(from, to) {
  const isPicker = from.matches(".picker[data-dirty]");
  for (const { name, value } of [...to.attributes]) {
    if (!OWN.has(name) && !(isPicker && name === "data-chosen") && from.getAttribute(name) !== value) {
      from.setAttribute(name, value);
    }
  }
  for (const { name } of [...from.attributes]) {
    const own = OWN.has(name) || (isPicker && (name === "data-dirty" || name === "data-chosen"));
    if (!own && !to.hasAttribute(name)) from.removeAttribute(name);
  }
}

function isAlike(one, other) {
  return (
    one.nodeName === other.nodeName &&
    (one.dataset?.block ?? "") === (other.dataset?.block ?? "") &&
    (one.dataset?.action ?? "") === (other.dataset?.action ?? "")
  );
}

function isKept(node) {
  return node?.nodeType === Node.ELEMENT_NODE && node.hasAttribute("data-keep");
}
