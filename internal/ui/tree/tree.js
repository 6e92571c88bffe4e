// The tree of the sidebar, from nav.js. Its rows are made when the row above
// them is first opened: a catalog has more stories than anybody looks at.
// The roles and keys are those of the tree pattern of the ARIA Authoring
// Practices, in its form for links.
const { el, href, session, scope, here, decode, fold, marked } = storytime;
const box = document.getElementById("st-tree");
const kinds = ["section", "subject", "story"];
const openKey = "open " + scope;
const scrollKey = "scroll " + scope;

let roots = [];
let current = null;
let active = null; // the row that Tab goes to
let keep = null; // the rows that a filter leaves, or null
let words = [];

// nav.js calls this; see nav.go for the form of its arrays. It is called
// again when the catalog changes, and then what is open stays so.
storytime.nav = (tags, nodes) => {
  const had = new Map(storytime.nodes?.map((node) => [node.address, keep ? node.was : node.open]));
  keep = null;
  const all = [];
  const read = (list, parent, base) => list.map(([flags, title, address, tagged = [], children = []], place) => {
    const node = {
      kind: flags & 3, broken: flags > 3, failed: flags >> 3, title, parent, place, open: false,
      address: address[0] === "/" ? address.slice(1) : base + address,
      tags: tagged.map((n) => tags[n]),
      depth: parent ? parent.depth + 1 : 0,
    };
    all.push(node);
    if (decode(node.address) === here) current = node;
    node.children = read(children, node, node.address);
    for (const child of node.children) node.failed += child.failed;
    node.worst = node.broken || node.children.some((child) => child.worst);
    return node;
  });
  current = null;
  roots = read(nodes, null, "");
  storytime.nodes = all;
  storytime.tags = tags;

  const open = new Set(session.get(openKey));
  for (const node of all) node.open = (had.get(node.address) ?? open.has(node.address)) && node.children.length > 0;
  for (let node = had.has(current?.address) ? null : current; node; node = node.parent) node.open = node.children.length > 0;
  // Who comes in by the front door of a small catalog sees what is in it.
  if (!current && !had.size && open.size === 0 && all.length <= 60) for (const node of roots) node.open = node.kind === 0;
  draw();
};

const shown = (node) => !keep || keep.has(node);
const siblings = (node) => (node.parent ? node.parent.children : roots);

function draw() {
  if (!box) return;
  for (const node of storytime.nodes) node.link = node.group = null;
  const list = el("ul", { class: "tree", role: "tree", "aria-label": t("Stories") });
  for (const node of roots) if (shown(node)) list.append(row(node));
  box.replaceChildren(list);
  const first = roots.find(shown);
  focusable(current?.link ? current : first);
  box.scrollTop = session.get(scrollKey) ?? 0;
  storytime.reveal();
}

// The current page's row, in view.
storytime.reveal = () => {
  if (!current?.link) return;
  const row = current.link.getBoundingClientRect();
  const view = box.getBoundingClientRect();
  if (row.top < view.top || row.bottom > view.bottom) {
    box.scrollTop += row.top - view.top - (view.height - row.height) / 2;
  }
};

function row(node) {
  const branch = node.children.some(shown);
  const link = node.link = el("a", {
    role: "treeitem", class: kinds[node.kind], href: href(node.address), tabindex: "-1",
    "aria-level": node.depth + 1,
    "aria-current": node === current && "page",
    "aria-expanded": branch && String(node.open),
  });
  link.style.setProperty("--depth", node.depth);
  if (branch) link.append(el("span", { class: "twist" }));
  link.append(el("span", { class: "label" }, ...marked(node.title, words)));
  const tag = node.tags.find((name) => !node.parent?.tags.includes(name));
  if (tag) link.append(el("span", { class: "badge" }, tag));
  if (node.worst) link.append(el("span", { class: "dot" }, node.failed || ""), el("span", { class: "sr" }, node.failed ? t("failed checks") : node.broken ? t("has a problem") : t("has problems in it")));
  link.node = node;
  const item = el("li", { role: "none" }, link);
  if (branch && node.open) item.append(rows(node));
  return item;
}

let ids = 0;
function rows(node) {
  const group = node.group = el("ul", { role: "group", id: "st-group-" + ids++ });
  node.link.setAttribute("aria-owns", group.id);
  for (const child of node.children) if (shown(child)) group.append(row(child));
  return group;
}

function toggle(node, open = !node.open) {
  if (!node.link.hasAttribute("aria-expanded") || node.open === open) return;
  node.open = open;
  node.link.setAttribute("aria-expanded", open);
  if (open && !node.group) node.link.after(rows(node));
  if (node.group) node.group.hidden = !open;
  // The row that has the focus must not vanish.
  for (let at = active; at && !open; at = at.parent) if (at.parent === node) focusable(node);
  remember();
}

function remember() {
  if (keep) return; // what a filter opened is not what the reader opened
  session.set(openKey, storytime.nodes.filter((node) => node.open).map((node) => node.address));
}

function focusable(node, focus) {
  if (active?.link) active.link.tabIndex = -1;
  active = node ?? null;
  if (!active?.link) return;
  active.link.tabIndex = 0;
  if (focus) active.link.focus();
}

// The rows before and after one, as they stand on the screen.
const visible = (list) => list.filter(shown);
const unfolded = (node) => node.link?.getAttribute("aria-expanded") === "true";
function next(node) {
  if (unfolded(node)) return visible(node.children)[0];
  for (; node; node = node.parent) {
    const after = siblings(node).slice(node.place + 1).find(shown);
    if (after) return after;
  }
  return null;
}
const deepest = (node) => {
  while (unfolded(node)) node = visible(node.children).at(-1);
  return node;
};
function previous(node) {
  const before = siblings(node).slice(0, node.place).findLast(shown);
  return before ? deepest(before) : node.parent;
}

function typed(node, letter) {
  letter = fold(letter);
  const end = deepest(visible(roots).at(-1));
  let at = node;
  do {
    at = at === end ? visible(roots)[0] : next(at);
    if (fold(at.title).startsWith(letter)) return at;
  } while (at !== node);
  return null;
}

if (box) {
  box.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    focusable(link.node);
    if (event.target.closest(".twist")) {
      event.preventDefault();
      toggle(link.node);
    } else if (link.node === current && !event.ctrlKey && !event.metaKey && link.node.children.length) {
      event.preventDefault();
      toggle(link.node);
    }
  });
  box.addEventListener("focusin", (event) => {
    if (event.target.node && event.target.node !== active) focusable(event.target.node);
  });
  box.addEventListener("keydown", (event) => {
    const node = event.target.node;
    if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
    const [forward, back] = storytime.rtl() ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"];
    let to;
    if (event.key === "ArrowDown") to = next(node);
    else if (event.key === "ArrowUp") to = previous(node);
    else if (event.key === "Home") to = visible(roots)[0];
    else if (event.key === "End") to = deepest(visible(roots).at(-1));
    else if (event.key === forward && unfolded(node)) to = next(node);
    else if (event.key === forward) toggle(node, true);
    else if (event.key === back && unfolded(node)) toggle(node, false);
    else if (event.key === back) to = node.parent;
    else if (event.key === "*") for (const one of visible(siblings(node))) toggle(one, true);
    else if (event.key === " ") node.link.click();
    else if (event.key.length === 1 && event.key !== "/") to = typed(node, event.key);
    else return;
    event.preventDefault();
    if (to) focusable(to, true);
  });
  addEventListener("pagehide", () => session.set(scrollKey, box.scrollTop));
}

// Leaves the rows for which test holds, with those above and below them.
// Without a test, all of them. Returns how many it holds for.
storytime.filterTree = (test, text = "") => {
  const before = keep;
  words = text ? [text] : [];
  keep = null;
  let found = 0;
  if (test) {
    const kept = new Set();
    const add = (node) => { kept.add(node); node.children.forEach(add); };
    for (const node of storytime.nodes) {
      if (!test(node)) continue;
      found++;
      add(node);
      for (let at = node.parent; at; at = at.parent) kept.add(at);
    }
    // Few are shown; of many, one would rather see where they are.
    for (const node of storytime.nodes) {
      if (!before) node.was = node.open;
      node.open = node.children.length > 0 && (found <= 150
        ? kept.has(node) && !test(node)
        : node.depth === 0 && kept.size < 1500);
    }
    keep = kept;
  } else if (before) {
    for (const node of storytime.nodes) node.open = node.was;
  }
  draw();
  return found;
};
