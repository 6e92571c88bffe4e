// The documents that the page shows: itself, and the stories in its frames,
// which are of the same origin, so that everything can be done from here.

// Each as { doc, frame, path, address }; the page comes first, then what is
// nearest to the window.
live.documents = () => {
  const found = [];
  const visit = (doc, frame, far) => {
    // What the controls wrote into a frame has the address of nothing.
    const address = doc.URL === "about:srcdoc" ? frame.src : doc.URL.split("#")[0];
    const path = live.path(address);
    if (path === null) return;
    found.push({ doc, frame, path, address, far });
    for (const inner of doc.querySelectorAll("iframe")) {
      const document = content(inner);
      if (document) visit(document, inner, frame ? far : distance(inner));
    }
  };
  visit(document, null, -1);
  return found.sort((a, b) => a.far - b.far);
};

function content(frame) {
  try { return frame.contentDocument?.documentElement ? frame.contentDocument : null; } catch { return null; }
}

function distance(frame) {
  const { top, bottom } = frame.getBoundingClientRect();
  return top > innerHeight ? top - innerHeight : Math.max(-bottom, 0);
}

// The files of the site that a document uses: what it has loaded, and what
// stands in it.
live.uses = ({ doc, path }) => {
  const used = new Set([path]);
  const add = (address) => {
    const file = live.path(address);
    if (file !== null && !/^_storytime\/(live|render)\b/.test(file)) used.add(file);
  };
  for (const element of doc.querySelectorAll("link[href], script[src], img[src], source[src], video, audio")) {
    const address = element.currentSrc || element.href || element.src;
    if (address && element.rel !== "next" && element.rel !== "prev") add(address);
  }
  for (const entry of doc.defaultView?.performance.getEntriesByType("resource") ?? []) {
    if (entry.initiatorType !== "iframe" && entry.initiatorType !== "fetch") add(entry.name);
  }
  return used;
};

// Does to one document what a change of files asks for.
live.update = async (one, changed, gone) => {
  const { doc, frame, path } = one;
  const alone = !frame;
  const workshop = alone && !!live.workshop;
  const keeps = () => (live.isGone() && gone.has(path)) || (!doc.body?.matches(".broken-body") && live.hold(path));
  // What only a broken story uses is not in the site; the last good one goes
  // on using it.
  const used = [...live.uses(one)].filter((file) => changed.has(file) && file !== path && !(gone.has(file) && keeps()));
  const scripts = used.filter((file) => /\.m?js$/.test(file) && !file.startsWith("_storytime/"));
  const sheets = used.filter((file) => /\.css$/.test(file));
  const assets = used.filter((file) => !/\.(m?js|css|html)$/.test(file) && !file.startsWith("_storytime/"));
  let own = !workshop && (changed.has(path) || gone.has(path));

  // It stays as it is: the last good one, or what the controls made of it.
  if (own && (keeps() || (frame?.id === "st-frame" && live.controls?.rules()))) own = false;
  const reload = async () => {
    if (keeps()) return;
    await live.reload(one);
    if (frame?.id === "st-frame" && live.controls?.rules()) live.controls.follow();
  };
  if ((own && gone.has(path)) || scripts.length) return void await reload();
  const missed = assets.filter((file) => !refresh(doc, file));
  if (missed.length && !workshop) return void await reload();
  if (sheets.length || missed.length) await swap(doc, missed.length ? [] : sheets);
  if (!own) return;
  const next = await live.fetch(one.address);
  if (keeps()) return;
  if (next.status === 404 || !await live.become(one, next.html)) await live.reload(one);
};

// Gives an element that shows a file a reason to ask for it again.
function refresh(doc, file) {
  let found = false;
  const is = (address) => address && live.path(new URL(address, doc.baseURI)) === file;
  for (const element of doc.querySelectorAll("[src], [srcset], [poster], object[data], image, use, link[rel~=icon]")) {
    if (element.matches("iframe, script")) continue;
    for (const name of ["src", "poster", "data", "href", "xlink:href"]) {
      const value = element.getAttribute(name);
      if (!is(value)) continue;
      element.setAttribute(name, live.bust(value));
      found = true;
    }
    const set = element.getAttribute("srcset")?.split(",").map((one) => one.trim().split(/\s+/)) ?? [];
    for (const one of set.filter(([address]) => is(address))) {
      one[0] = live.bust(one[0]);
      element.setAttribute("srcset", set.map((parts) => parts.join("\x20")).join(","));
      found = true;
    }
  }
  return found;
}

// Loads style sheets anew: those of the files, or all of them when one of the
// files is not linked but imported by another. The old one goes when the new
// one is there, so that there is always one.
async function swap(doc, files) {
  const links = [...doc.querySelectorAll("link[rel~=stylesheet][href]")].filter((link) => live.path(link.href) !== null);
  const named = links.filter((link) => files.includes(live.path(link.href)));
  const known = named.map((link) => live.path(link.href));
  const all = !files.length || files.some((file) => !known.includes(file));
  if (all) {
    for (const style of doc.querySelectorAll("style")) if (/@import|url\(/.test(style.textContent)) style.replaceWith(style.cloneNode(true));
  }
  await Promise.all((all ? links : named).map(async (link) => {
    const fresh = link.cloneNode();
    fresh.href = live.bust(link.getAttribute("href"));
    const ready = loaded(fresh);
    link.after(fresh);
    if (await ready) link.remove();
    else fresh.remove();
  }));
}

function loaded(element, most = 5000) {
  return new Promise((done) => {
    element.addEventListener("load", () => done(true), { once: true });
    element.addEventListener("error", () => done(false), { once: true });
    setTimeout(done, most, false);
  });
}

live.parse = (html) => new DOMParser().parseFromString(html, "text/html");

// The scripts of a document that are the story's own.
const ours = /(^|\/)_storytime\/(frame|live)\.js(\?|$)/;
live.scripted = (doc) => [...doc.scripts].some((script) =>
  !ours.test(script.getAttribute("src") ?? "") && /^(|module|importmap|.*javascript)$/i.test(script.type));

// Makes a story's document what its new HTML says. False when that can't be
// done to a document that lives: scripts have run, or would have to.
live.become = async ({ doc, frame }, html) => {
  const next = live.parse(html);
  if (live.scripted(doc) || live.scripted(next) || /shadowrootmode/i.test(html)) return false;
  if (doc.querySelector("base")?.href !== next.querySelector("base")?.href) return false;
  await prepare(doc, next);
  if (!doc.defaultView) return true; // it was left meanwhile
  const view = doc.defaultView;
  const had = live.focus(doc);
  const [x, y] = [view.scrollX, view.scrollY];
  // What the toolbar chose is set on <html> and <body>. It is taken away, so
  // that frame.js learns what the new document has of its own, and comes back
  // before anything is painted.
  const tell = (data) => view.dispatchEvent(new view.MessageEvent("message", { data, source: view.parent }));
  const rules = {};
  if (frame) tell({ storytime: "set" });
  else if (/[?&](theme|background|dir|zoom)=/.test(location.search)) rules.keep = (element, name) => element.localName === "html" || (element.localName === "body" && name === "style");
  live.morph(doc.head, next.head, { skip: (from) => from.localName === "script" });
  const shell = next.documentElement.cloneNode();
  const root = doc.documentElement;
  for (const { name } of [...root.attributes]) if (!shell.hasAttribute(name) && !rules.keep?.(root, name)) root.removeAttribute(name);
  for (const attribute of shell.attributes) {
    if (!rules.keep?.(root, attribute.name) && root.getAttribute(attribute.name) !== attribute.value) root.setAttributeNodeNS(attribute.cloneNode());
  }
  live.morph(doc.body, next.body, rules);
  const settings = frame?.ownerDocument === document && live.workshop?.frames.message(frame);
  if (settings) tell(settings);
  live.refocus(doc, had);
  if (view.scrollX !== x || view.scrollY !== y) view.scrollTo({ left: x, top: y, behavior: "instant" });
  return true;
};

// Loads the sheets that the new document has and the old one has not, without
// any effect yet, so that it is never seen without them.
async function prepare(doc, next) {
  const same = (a, b) => a.localName === b.localName && live.plain(a.getAttribute("href") ?? "") === b.getAttribute("href");
  const waits = [];
  let last = null;
  for (const want of next.head.querySelectorAll("link[rel~=stylesheet]")) {
    const have = [...doc.head.querySelectorAll("link[rel~=stylesheet]")].find((one) => same(one, want));
    if (have) {
      last = have;
      continue;
    }
    const link = doc.importNode(want);
    link.media = "not all";
    waits.push(loaded(link, 2000));
    if (last) last.after(link);
    else doc.head.append(link);
    last = link;
  }
  await Promise.all(waits);
}

// Loads a document anew and puts back what the reader did in it.
live.reload = ({ doc, frame }) => {
  if (!frame) return live.leave();
  if (!frame.isConnected) return; // the page has let it go meanwhile
  return new Promise((done) => {
    const state = live.snapshot(doc);
    frame.addEventListener("load", () => {
      const now = content(frame);
      if (now) live.restore(now, state, frame.ownerDocument.activeElement === frame);
      done();
    }, { once: true });
    setTimeout(done, 10000);
    if (frame.hasAttribute("srcdoc")) frame.removeAttribute("srcdoc");
    else frame.contentWindow.location.reload();
  });
};
