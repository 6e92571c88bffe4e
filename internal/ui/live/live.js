// Live reload: tells the development server what this page shows, and does
// what the server says about it. The server appends this script to the two
// scripts that pages load, workshop.js and frame.js, and gives it to pages
// that load neither; it is no part of a built site.
//
// A page asks GET _storytime/live for {"token", "build"} and opens a
// WebSocket at the same address with ?token=. Another token than before is
// another server: the page is loaded anew. All messages are JSON.
//
// The page says, at first and whenever it changes:
//
//	{type: "show", build, files, stories}
//
// build is the newest that the page has: at first that of its HTML, which the
// header Server-Timing names (build;desc="12", problems;desc="3"). files are paths within the site, of
// all that the page and its frames show or use, what is nearest to the window
// first; stories are addresses. The server says:
//
//	{type: "hello", build}
//	{type: "problems", version, problems, html}   all there are; html is the panel
//	{type: "build", build, changed, gone}       files, of those that were named
//	{type: "progress", stage, done, total}      a build that takes long
//	{type: "reload"}
//
// Problems come before the build that they belong to. Builds are applied one
// after the other, and what comes meanwhile is put together.

const { root } = live;
const decode = (path) => { try { return decodeURIComponent(path); } catch { return path; } };

// The path within the site that an address means, or null.
live.path = (address) => {
  let url;
  try { url = new URL(address, document.baseURI); } catch { return null; }
  if (url.origin !== root.origin || !url.pathname.startsWith(root.pathname)) return null;
  const path = decode(url.pathname.slice(root.pathname.length));
  return path === "" || path.endsWith("/") ? path + "index.html" : path;
};
live.here = live.path(location.href);

// The stories that a file may belong to. Where a subject has the name of its
// directory, that name is in its stories' addresses once.
function storiesOf(path) {
  const alone = /^(.*?)([^/]+?)--([^/]+)\.html$/.exec(path);
  if (!alone) return path.endsWith("/index.html") ? [path.slice(0, -11)] : [];
  const [, dir, subject, story] = alone;
  const whole = dir + subject + "/" + story;
  const slug = dir.split("/").at(-2)?.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
  return slug === subject ? [dir + story, whole] : [whole];
}

// The stories on the page, those of lazy frames included; with all that they
// may be, or what they most likely are.
live.shown = (likely) => {
  const shown = new Set();
  const add = (address) => {
    const path = live.path(address);
    if (path) for (const story of storiesOf(path).slice(0, likely ? 1 : 2)) shown.add(story);
  };
  if (!live.workshop || document.querySelector(".page-story")) add(location.href);
  if (!live.workshop) return shown;
  for (const frame of document.querySelectorAll("#st-main iframe")) add(frame.src);
  for (const link of document.querySelectorAll(".inline-title")) add(link.href);
  return shown;
};

// While a build fails, the last good page stays, until the reader has closed
// the panel over it. What is held back is asked for again later.
live.broken = new Set();
const held = new Set();
live.hold = (path, file = path) => {
  const hold = live.isOpen() && (live.unsettled || storiesOf(path).some((story) => live.broken.has(story)));
  if (hold) held.add(file);
  return hold;
};
live.release = () => {
  const paths = [...held];
  held.clear();
  if (paths.length) enqueue({ changed: paths });
};

// The page leaves for itself.
let leaving = false;
live.leave = () => {
  leaving = true;
  location.reload();
};

// The problems that the server has told about, by their version, and when it
// tells of others.
let heard = 0;
let listeners = [];
const news = () => new Promise((done) => { listeners.push(done); setTimeout(done, 5000); });
function hear(version) {
  heard = version;
  for (const done of listeners.splice(0)) done();
}

class Away extends Error {}
live.fetch = async (address) => {
  let response;
  try {
    response = await fetch(live.plain(address), { cache: "no-cache", signal: AbortSignal.timeout(20000) });
    if (response.status < 500) {
      const html = await response.text();
      // Its problems decide whether we want it, and they may still be on
      // their way.
      const version = Number(/\bproblems;desc=\W?(\d+)/.exec(response.headers.get("Server-Timing"))?.[1]);
      if (version > heard) await news();
      return { status: response.status, html };
    }
  } catch {
    throw new Away("no answer");
  }
  throw new Away("status " + response.status);
};

// What is still to be done: the last that was said about a file counts.
let next = null;
let busy = false;
let build = 0; // the newest that was applied
function enqueue({ build: number = 0, changed = [], gone = [] }) {
  next ??= { build: 0, changed: new Set(), gone: new Set() };
  next.build = Math.max(next.build, number);
  for (const file of changed) { next.changed.add(file); next.gone.delete(file); }
  for (const file of gone) { next.gone.add(file); next.changed.delete(file); }
  work();
}

async function work() {
  if (busy) return;
  busy = true;
  while (next && !leaving) {
    const job = next;
    next = null;
    try {
      await apply(job);
      build = Math.max(build, job.build);
    } catch (error) {
      if (!(error instanceof Away)) {
        console.error("storytime:", error);
        live.leave();
        break;
      }
      // The server is away for a moment. Newer news are about the same files.
      const newer = next;
      next = job;
      if (newer) enqueue(newer);
      await new Promise((done) => { setTimeout(done, 1000); });
    }
  }
  busy = false;
  collect();
}

async function apply({ changed, gone }) {
  if (live.bare) return live.waiting || bare(changed);
  const any = (test) => [...changed, ...gone].some(test);
  if (live.unsettled && live.isOpen()) {
    for (const file of changed) held.add(file);
    return;
  }
  if (any((file) => /^_storytime\/(workshop|theme|frame)\.(js|css)$/.test(file))) return live.leave();
  const files = new Set([...changed, ...gone]);
  const update = (one) => live.update(one, files, gone);
  // What the reader looks at comes first, and the page around it after.
  const first = live.documents().filter(({ frame, path }) => frame && !gone.has(path));
  const early = new Set(first.map(({ frame }) => frame));
  await Promise.all([...first.map(update), around(changed, gone)]);
  if (leaving) return;
  await Promise.all(live.documents().filter(({ frame }) => !early.has(frame)).map(update));
  if (changed.has(live.here) || any((file) => file.includes("--"))) live.controls?.follow();
}

// Everything of the page itself but its sheets.
async function around(changed, gone) {
  if (live.workshop) {
    if (changed.has("_storytime/nav.js")) await live.nav();
    else if (changed.has("_storytime/search.js")) await live.search();
    if (changed.has(live.here)) await live.patchPage();
  } else if (changed.has(live.here)) {
    live.missing(false);
  }
  if (gone.has(live.here)) live.missing(true);
}

// A page that says that there is nothing, or nothing yet, looks for itself.
async function bare(changed) {
  if (!live.waiting && ![...changed].some((file) => sought().includes(file))) return;
  const { status } = await live.fetch(location.href.split("#")[0]).catch(() => ({ status: 503 }));
  if (status < 400 || (live.waiting && status !== 503)) live.leave();
}
const sought = () => [live.here, live.here.replace(/\/?(index\.html)?$/, "/index.html"), "404.html"];

// What the server is told.
let said = "";
const watched = new WeakSet();
function show() {
  const documents = live.documents();
  const files = new Set([live.here, ...(live.bare ? sought() : [])]);
  for (const { path } of documents) files.add(path);
  for (const one of documents) {
    for (const file of live.uses(one)) files.add(file);
    if (watched.has(one.doc)) continue;
    watched.add(one.doc);
    one.doc.addEventListener("load", soon, true);
    live.watchOpen(one.doc);
  }
  live.redraw();
  const stories = [...live.shown(true)];
  const list = JSON.stringify([[...files].slice(0, 400), stories.slice(0, 400)]);
  if (list === said || socket?.readyState !== WebSocket.OPEN) return;
  said = list;
  const [paths, names] = JSON.parse(list);
  socket.send(JSON.stringify({ type: "show", build, files: paths, stories: names }));
}
let timer;
function soon() {
  clearTimeout(timer);
  timer = setTimeout(collect, 150);
}
function collect() { if (!busy && !leaving) show(); }

// The connection.
let socket = null;
let token = null;
let wait = 250;
let retry;
let patience;
let connecting = false;
async function connect() {
  clearTimeout(retry);
  if (connecting || leaving || socket?.readyState === WebSocket.OPEN) return;
  connecting = true;
  try {
    const response = await fetch(new URL("_storytime/live", root), { cache: "no-store", signal: AbortSignal.timeout(5000) });
    if (!response.ok) throw new Away();
    const now = await response.json();
    if (token && now.token !== token) return live.leave();
    token = now.token;
    build ||= served() || now.build;
    const address = new URL("_storytime/live?token=" + encodeURIComponent(token), root);
    address.protocol = address.protocol.replace("http", "ws");
    open(new WebSocket(address));
  } catch {
    lost();
  }
}

// The build that this page's HTML came from.
function served() {
  const [entry] = performance.getEntriesByType("navigation");
  return Number(entry?.serverTiming?.find((timing) => timing.name === "build")?.description) || 0;
}

function open(now) {
  socket = now;
  now.onopen = () => {
    connecting = false;
    wait = 250;
    clearTimeout(patience);
    patience = null;
    live.away(false);
    said = "";
    show();
    live.controls?.online();
  };
  now.onmessage = ({ data }) => receive(JSON.parse(data));
  now.onclose = () => { if (socket === now) lost(); };
}

function lost() {
  connecting = false;
  socket = null;
  if (leaving) return;
  patience ??= setTimeout(() => live.away(true), 1000);
  clearTimeout(retry);
  retry = setTimeout(connect, wait);
  wait = Math.min(wait * 2, 3000);
}

function receive(message) {
  if (live.waiting) bare(new Set());
  switch (message.type) {
    case "build":
      live.progress({});
      return enqueue(message);
    case "problems":
      live.progress({});
      live.problems(message);
      hear(message.version); // what waits for it goes on after this
      return live.release();
    case "progress":
      return live.progress(message);
    case "reload":
      return live.leave();
  }
}

function start() {
  live.workshop = window.storytime?.frames ? window.storytime : null;
  live.waiting = document.documentElement.hasAttribute("data-waiting");
  live.bare = live.waiting || (!live.workshop && ![...document.scripts].some((script) => /(^|\/)_storytime\/frame\.js/.test(script.src)));
  performance.setResourceTimingBufferSize(1000);
  live.keys();
  live.startControls?.();
  connect();
  const back = () => { if (document.visibilityState !== "hidden") connect(); };
  addEventListener("online", back);
  addEventListener("pageshow", back);
  document.addEventListener("visibilitychange", back);
  addEventListener("pagehide", () => socket?.close());
}
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
