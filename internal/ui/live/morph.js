// Makes one tree of nodes like another, and leaves as much as it can as it
// is: what stays the same node keeps its focus, its selection, its scroll
// position and what was typed into it.
//
//	live.morph(from, to, { keep, skip })
//
// keep(element, attribute, value) is true for an attribute that is left
// alone, value being null when "to" does not have it; skip(from, to) for a
// whole element.

// From these, a new address is no change when only our own mark differs.
const addresses = ["href", "src", "srcset", "poster", "data", "xlink:href"];

// The <details> and <dialog>s that somebody opened or shut: what the page
// itself says about them counts no longer.
const touched = new WeakSet();
const observers = new WeakMap();
const note = (records) => { for (const { target } of records) touched.add(target); };
live.watchOpen = (doc) => {
  const observer = new MutationObserver(note);
  observer.observe(doc, { subtree: true, attributes: true, attributeFilter: ["open"] });
  observers.set(doc, observer);
};

// An address with a mark that makes a browser ask for it anew, and without.
let marks = Date.now();
live.plain = (address) => address.replace(/[?&]live=\d+/g, "");
live.bust = (address) => {
  const [path, ...hash] = live.plain(address).split("#");
  marks += 1;
  return [path + (path.includes("?") ? "&" : "?") + "live=" + marks, ...hash].join("#");
};

live.morph = (from, to, rules = {}) => {
  const observer = observers.get(from.ownerDocument);
  note(observer?.takeRecords() ?? []);
  const ids = new Map();
  for (const element of from.querySelectorAll("[id]")) if (!ids.has(element.id)) ids.set(element.id, element);
  node(from, to, { ids, rules });
  observer?.takeRecords(); // these were us
};

function node(from, to, all) {
  if (from.isEqualNode(to) || all.rules.skip?.(from, to)) return;
  if (from.nodeType !== Node.ELEMENT_NODE) {
    from.data = to.data;
    return;
  }
  const settle = state(from);
  attributes(from, to, all.rules);
  if (from.localName === "template") children(from.content, to.content, all);
  else children(from, to, all);
  settle?.();
}

function attributes(from, to, { keep }) {
  for (const attribute of to.attributes) {
    const { name, value } = attribute;
    const had = from.getAttribute(name);
    if (had === value || keep?.(from, name, value)) continue;
    if (had !== null && addresses.includes(name) && live.plain(had) === value) continue;
    if (name === "open" && touched.has(from)) continue;
    // A parser knows names that setAttribute refuses.
    from.setAttributeNodeNS(attribute.cloneNode());
  }
  for (const { name } of [...from.attributes]) {
    if (to.hasAttribute(name) || keep?.(from, name, null)) continue;
    if (name === "open" && touched.has(from)) continue;
    from.removeAttribute(name);
  }
}

// What a reader put into a field stays; what nobody touched follows the page.
// Returns what does that once attributes and children are new.
function state(element) {
  switch (element.localName) {
    case "input": {
      const typed = element.value !== element.defaultValue;
      const ticked = element.checked !== element.defaultChecked;
      return () => {
        const plain = !["checkbox", "radio", "file", "hidden", "button", "submit", "reset", "image"].includes(element.type);
        if (plain && !typed && element.value !== element.defaultValue) element.value = element.defaultValue;
        if (!ticked && element.checked !== element.defaultChecked) element.checked = element.defaultChecked;
      };
    }
    case "textarea": {
      if (element.value !== element.defaultValue) return null;
      return () => { if (element.value !== element.defaultValue) element.value = element.defaultValue; };
    }
    case "select": {
      const before = values(element);
      if (before.join("\n") !== initial(element).join("\n")) {
        return () => choose(element, before);
      }
      return () => choose(element, initial(element));
    }
  }
  return null;
}

const values = (select) => [...select.selectedOptions].map((option) => option.value);
function initial(select) {
  const chosen = [...select.options].filter((option) => option.defaultSelected);
  if (select.multiple) return chosen.map((option) => option.value);
  const one = chosen.at(-1) ?? (select.size > 1 ? null : [...select.options].find((option) => !option.disabled));
  return one ? [one.value] : [];
}
function choose(select, wanted) {
  if (values(select).join("\n") === wanted.join("\n")) return;
  if (!wanted.every((value) => [...select.options].some((option) => option.value === value))) return;
  for (const option of select.options) option.selected = wanted.includes(option.value);
}

function children(from, to, all) {
  const olds = [...from.childNodes];
  const news = [...to.childNodes];
  while (olds.length && news.length && olds[0].isEqualNode(news[0])) { olds.shift(); news.shift(); }
  let next = null;
  while (olds.length && news.length && olds.at(-1).isEqualNode(news.at(-1))) { next = olds.pop(); news.pop(); }
  const { pairs, moved } = align(olds, news);
  const kept = new Set(pairs.values());
  for (const want of news.reverse()) {
    let had = pairs.get(want);
    if (!had && want.id) {
      // It may have stood somewhere else.
      const other = all.ids.get(want.id);
      if (other?.localName === want.localName && !other.contains(from)) {
        had = other;
        moved.add(had);
        kept.add(had);
      }
    }
    if (had) {
      if (moved.has(had)) move(from, had, next);
      if (had.id) all.ids.delete(had.id);
      node(had, want, all);
      next = had;
    } else if ([...want.querySelectorAll?.("[id]") ?? []].some((one) => all.ids.has(one.id))) {
      next = from.insertBefore(from.ownerDocument.importNode(want, false), next);
      children(next, want, all);
    } else {
      // The node itself and no clone: it has the listeners of our buttons.
      next = from.insertBefore(from.ownerDocument.adoptNode(want), next);
    }
  }
  for (const old of olds) if (!kept.has(old)) old.remove();
}

// moveBefore keeps what insertBefore loses, such as the document of a frame,
// but not every browser has it.
function move(parent, child, next) {
  try {
    parent.moveBefore(child, next);
  } catch {
    parent.insertBefore(child, next);
  }
}

// What says that two nodes are the same one at two times.
function key(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return node.nodeType + "\x20";
  const get = (name) => node.getAttribute(name) ?? "";
  let name = node.id;
  if (!name) {
    if (node.localName === "link") name = get("rel") + live.plain(get("href"));
    else if (node.localName === "meta") name = get("name") + get("property") + get("http-equiv");
    else if (["script", "iframe"].includes(node.localName)) name = live.plain(get("src"));
    else if (node.classList.contains("card")) name = node.querySelector("a")?.getAttribute("href") ?? "";
    else name = get("name");
  }
  return node.localName + " " + name;
}

// Pairs new nodes with old ones, so that as much as possible stays: first in
// order, by the longest common subsequence, in which equal ones count for
// more; then those with a name that have moved.
function align(olds, news) {
  const pairs = new Map();
  const moved = new Set();
  const describe = (node) => ({ node, key: key(node), text: node.outerHTML ?? node.data, kind: node.className });
  const a = olds.map(describe);
  const b = news.map(describe);
  const score = (x, y) => (x.key !== y.key ? 0 : x.text === y.text ? 4 : x.kind === y.kind ? 2 : 1);
  if (a.length * b.length > 250000) {
    // Too many to compare each with each: the next with the same key.
    let at = 0;
    for (const y of b) {
      const found = a.findIndex((x, i) => i >= at && x.key === y.key);
      if (found < 0) continue;
      pairs.set(y.node, a[found].node);
      at = found + 1;
    }
    return { pairs, moved };
  }
  const width = b.length + 1;
  const best = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const points = score(a[i], b[j]);
      const both = points && points + best[(i + 1) * width + j + 1];
      best[i * width + j] = Math.max(both, best[(i + 1) * width + j], best[i * width + j + 1]);
    }
  }
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const points = score(a[i], b[j]);
    if (points && best[i * width + j] === points + best[(i + 1) * width + j + 1]) pairs.set(b[j++].node, a[i++].node);
    else if (best[i * width + j] === best[(i + 1) * width + j]) i++;
    else j++;
  }
  const rest = new Map(a.filter((x) => !x.key.endsWith("\x20")).map((x) => [x.key, x.node]));
  for (const old of pairs.values()) rest.delete(key(old));
  for (const y of b) {
    if (pairs.has(y.node) || !rest.has(y.key)) continue;
    pairs.set(y.node, rest.get(y.key));
    moved.add(rest.get(y.key));
    rest.delete(y.key);
  }
  return { pairs, moved };
}

// What a reader did to a document, to be done to it again after it was
// loaded anew. Elements are found by id, by name, or by their place.
live.snapshot = (doc) => {
  const view = doc.defaultView;
  const fields = [];
  const scrolled = [];
  const opened = [];
  note(observers.get(doc)?.takeRecords() ?? []);
  for (const element of doc.querySelectorAll("*")) {
    if (element.matches("input, textarea") && element.type !== "file") {
      if (element.value !== element.defaultValue && !["checkbox", "radio"].includes(element.type)) fields.push([place(element), "value", element.value]);
      if (element.checked !== undefined && element.checked !== element.defaultChecked) fields.push([place(element), "checked", element.checked]);
    } else if (element.localName === "select" && values(element).join("\n") !== initial(element).join("\n")) {
      fields.push([place(element), "select", values(element)]);
    }
    if (element.localName === "details" && touched.has(element)) opened.push([place(element), element.open]);
    if (element !== doc.scrollingElement && (element.scrollTop || element.scrollLeft)) scrolled.push([place(element), element.scrollTop, element.scrollLeft]);
  }
  return { x: view.scrollX, y: view.scrollY, fields, scrolled, opened, focus: focus(doc) };
};

live.restore = (doc, { x, y, fields, scrolled, opened, focus: had }, focusing) => {
  for (const [at, what, value] of fields) {
    const element = find(doc, at);
    if (!element) continue;
    if (what === "select") choose(element, value);
    else element[what] = value;
  }
  for (const [at, open] of opened) {
    const element = find(doc, at);
    if (element) element.open = open;
  }
  for (const [at, top, left] of scrolled) find(doc, at)?.scrollTo({ top, left, behavior: "instant" });
  doc.defaultView.scrollTo({ top: y, left: x, behavior: "instant" });
  if (focusing) live.refocus(doc, had);
};

// The element that has the focus, and what is selected in it.
function focus(doc) {
  const element = doc.activeElement;
  if (!element || element === doc.body) return null;
  let range = null;
  try { range = [element.selectionStart, element.selectionEnd, element.selectionDirection]; } catch { range = null; }
  return { element, at: place(element), range };
}
live.focus = focus;

live.refocus = (doc, had) => {
  if (!had || (doc.activeElement === had.element && had.element.isConnected)) return;
  const element = had.element.isConnected && had.element.ownerDocument === doc ? had.element : find(doc, had.at);
  if (!element) return;
  element.focus({ preventScroll: true });
  try {
    if (had.range && had.range[0] !== null) element.setSelectionRange(...had.range);
  } catch {
    // A field without a caret.
  }
};

function place(element) {
  if (element.id) return { id: element.id, is: element.localName };
  const name = element.getAttribute("name");
  if (name) {
    const same = [...element.ownerDocument.getElementsByName(name)];
    return { name, nth: same.indexOf(element), is: element.localName };
  }
  const path = [];
  for (let at = element; at.parentElement; at = at.parentElement) path.unshift([...at.parentElement.children].indexOf(at));
  return { path, is: element.localName };
}

function find(doc, { id, name, nth, path, is }) {
  let element;
  if (id) element = doc.getElementById(id);
  else if (name) element = doc.getElementsByName(name)[nth];
  else element = path.reduce((at, n) => at?.children[n], doc.documentElement);
  return element?.localName === is ? element : null;
}
