// What live reload itself has to say, over any page: the problems of the
// catalog, a build that takes long, a lost connection. It has a shadow root,
// so that no style of a story reaches it, nor the reverse.

const remember = "storytime:problems closed";
let host = null;
let parts = null;
let problems = [];
let closed = ""; // the problems that the reader closed the panel over
let expanded = false; // the reader wants to see problems of other pages
let away = false;
let removed = false;

const el = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

function build() {
  host = el("storytime-live");
  // Nothing that a page says about all elements may move it.
  host.style.cssText = "all:initial!important;position:fixed!important;inset:auto 0 0!important;z-index:2147483647!important;pointer-events:none!important";
  const shadow = host.attachShadow({ mode: "open" });
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(live.styles.panel);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    shadow.append(el("style", {}, live.styles.panel));
  }
  const box = el("div", { class: "box", lang: "en", dir: "ltr" });
  const title = el("h2", { class: "title", id: "title" });
  const close = el("button", { class: "close", type: "button", "aria-label": "Close", title: "Close (Esc)" });
  close.innerHTML = "<svg viewBox='0 0 16 16' aria-hidden='true'><path d='m4 4 8 8M12 4l-8 8'/></svg>";
  const list = el("div", { class: "list", tabindex: "0", role: "group", "aria-label": "List of problems" });
  const panel = el("section", { class: "panel", role: "dialog", "aria-label": "Problems", hidden: "" }, el("header", {}, el("span", { class: "dot" }), title, close), list);
  const pill = el("button", { class: "pill", type: "button", hidden: "" });
  const notice = el("div", { class: "notice", role: "status", hidden: "" });
  const bar = el("progress", {});
  const progress = el("div", { class: "progress", hidden: "" }, el("span"), bar);
  const spoken = el("div", { class: "spoken", role: "status" });
  box.append(el("div", { class: "corner" }, notice, progress, pill), panel, spoken);
  shadow.append(box);
  parts = { box, title, list, panel, pill, notice, progress, bar, spoken };
  close.addEventListener("click", () => live.close());
  pill.addEventListener("click", () => {
    expanded = true;
    closed = "";
    draw();
    list.focus();
  });
  theme();
  if (live.workshop) new MutationObserver(theme).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  document.documentElement.append(host);
}

// The reader's choice for the workshop. A story's own attributes say nothing
// about us.
function theme() {
  let wanted = live.workshop ? document.documentElement.dataset.theme : null;
  if (!live.workshop) {
    try { wanted = JSON.parse(localStorage.getItem("storytime:theme")); } catch { wanted = null; }
  }
  parts.box.dataset.theme = wanted ?? "";
}

const signature = () => problems.map((one) => [one.file, one.line, one.column, one.message].join("\t")).join("\n");
const stored = (value) => {
  try {
    if (value === undefined) return sessionStorage.getItem(remember) ?? "";
    sessionStorage.setItem(remember, value);
  } catch {
    // Then it opens again on the next page.
  }
  return "";
};

// Does a problem concern what is on the screen? What stopped a whole build
// concerns every page.
const here = (problem, shown) => live.waiting || problem.kind === "worker" || !problem.stories?.length || problem.stories.some((story) => shown.has(story));
const isClosed = () => closed !== "" && closed === signature();
live.isOpen = () => !!parts && !parts.panel.hidden;

live.problems = (message) => {
  problems = message.problems ?? [];
  live.broken = new Set(problems.flatMap((one) => one.stories ?? []));
  // Without its settings the catalog is another one.
  live.unsettled = problems.some((one) => one.kind === "yaml" && one.file === "storytime.yaml");
  if (!problems.length && !host) return;
  if (!host) build();
  closed = stored();
  if (closed !== signature()) {
    closed = "";
    stored("");
  }
  if (!problems.length) expanded = false;
  parts.list.innerHTML = message.html ?? "";
  // Those of this page come first.
  const shown = live.shown();
  const articles = [...parts.list.querySelectorAll(".problem")];
  for (const [i, article] of articles.entries()) {
    const own = !problems[i] || (problems[i].stories?.length && here(problems[i], shown));
    if (!own) article.parentElement.insertBefore(article, articles.at(-1).nextSibling);
  }
  draw();
};

function draw() {
  if (!host) build();
  const shown = live.shown();
  const mine = problems.filter((one) => here(one, shown)).length;
  const open = problems.length > 0 && !isClosed() && (mine > 0 || expanded);
  const said = (n) => n + (n === 1 ? " problem" : " problems");
  const before = parts.panel.hidden;
  parts.panel.hidden = !open;
  parts.title.textContent = said(problems.length);
  parts.pill.hidden = open || !problems.length;
  parts.pill.textContent = said(problems.length) + (mine ? "" : " elsewhere");
  const text = open ? said(problems.length) : "";
  if (parts.spoken.textContent !== text) parts.spoken.textContent = text;
  if (before && open) parts.list.scrollTop = 0;
  // A panel says more about why a page is not there.
  const gone = removed && !open;
  parts.notice.hidden = !away && !gone;
  const kind = away ? "away" : gone ? "gone" : "";
  if (parts.notice.dataset.kind === kind) return;
  parts.notice.dataset.kind = kind;
  parts.notice.replaceChildren(...(away ? ["Connection lost, trying again…"]
    : gone ? ["This page was removed or renamed.\x20", el("a", { href: new URL("index.html", live.root).href }, "Home")] : []));
}

// What is shown may have changed, and with it which problems are of here.
live.redraw = () => { if (host && problems.length) draw(); };

// The reader has seen enough. True when there was something to close.
live.close = () => {
  if (!live.isOpen()) return false;
  const inside = host.shadowRoot.activeElement;
  closed = signature();
  stored(closed);
  expanded = false;
  draw();
  if (inside) parts.pill.focus();
  live.release();
  return true;
};

live.away = (is) => {
  if (away === is) return;
  away = is;
  draw();
};
live.isGone = () => removed;
live.missing = (is) => {
  if (removed === is) return;
  removed = is;
  draw();
};

live.progress = ({ stage = "", done = 0, total = 0 }) => {
  if (!stage && !host) return;
  if (!host) build();
  parts.progress.hidden = !stage;
  if (!stage) return;
  const count = (n) => n.toLocaleString("en");
  parts.progress.firstChild.textContent = stage[0].toUpperCase() + stage.slice(1) + (total ? `\x20${count(done)} of ${count(total)}` : "…");
  if (total) {
    parts.bar.max = total;
    parts.bar.value = done;
  } else {
    parts.bar.removeAttribute("value");
  }
  parts.bar.setAttribute("aria-label", stage);
};

// Escape. In the workshop all shortcuts go through one place, also those that
// frames forward.
const modal = () => !!document.querySelector(":modal");
live.keys = () => {
  if (live.workshop) {
    const { key } = live.workshop;
    live.workshop.key = (name, command) => (name === "Escape" && !modal() && live.close()) || key(name, command);
    return;
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !modal()) live.close();
  });
};
