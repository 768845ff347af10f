/**
 * Makes an element. Attributes that are false, null or undefined are left out; `on` holds listeners; children are elements or
 * texts. Nothing is ever read as HTML.
 *
 * @param {string} name
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function element(name, attributes = {}, ...children) {
  const { on = {}, ...rest } = attributes;
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(rest)) setAttribute(made, key, value);
  for (const [event, listener] of Object.entries(on)) made.addEventListener(event, listener);
  made.append(...children);
  return made;
}

/** Sets, or takes away when the value is false, null or undefined; does nothing when it is so already. */
export function setAttribute(target, name, value) {
  const text = value === true ? '' : String(value);
  if (value === false || value === null || value === undefined) target.removeAttribute(name);
  else if (target.getAttribute(name) !== text) target.setAttribute(name, text);
}

/** Changes a text only when it differs, so that nothing is read out or selected anew without need. */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** @returns {HTMLElement} the element of the page with this id */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}`);
  return found;
}

/**
 * Brings the children of a container in line with a list: one element for each item, known by its key. Elements that stay are
 * kept, with the focus where it is.
 *
 * @param {Element} container
 * @param {readonly unknown[]} items
 * @param {{ key: (item) => string, create: (item) => Element, update: (target: Element, item) => void }} how
 */
export function reconcile(container, items, { key, create, update }) {
  const focused = document.activeElement;
  const known = new Map([...container.children].map((child) => [child.dataset.key, child]));
  items.forEach((item, place) => {
    const name = key(item);
    const child = known.get(name) ?? create(item);
    known.delete(name);
    child.dataset.key = name;
    update(child, item);
    if (container.children[place] !== child) container.insertBefore(child, container.children[place] ?? null);
  });
  for (const child of known.values()) child.remove();
  // An element that is moved loses the focus.
  if (focused !== document.activeElement && container.contains(focused))
    focused.focus({ preventScroll: true });
}
