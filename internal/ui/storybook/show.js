// Shows the document of a story within this one: its attributes, its head and
// its body become ours. Its relative addresses stay right by <base>, and what
// its scripts listen to on the document goes when it goes, or else two stories
// of one component would answer each click twice.

const html = document.documentElement;
let taken = []; // of its head
let heard = []; // by its scripts, on what stays
let own = null; // its <html>
let turn = 0;

const root = () => document.getElementById("storybook-root");
const base = document.createElement("base");

function dress(element, as) {
  for (const name of element.getAttributeNames()) if (!as.hasAttribute(name)) element.removeAttribute(name);
  for (const name of as.getAttributeNames()) {
    if (element.getAttribute(name) !== as.getAttribute(name)) element.setAttribute(name, as.getAttribute(name));
  }
}

// The theme that was chosen, over what the story has. Classes are shared with
// the story's layout, so they go one by one.
book.theme = (name) => {
  if (own) dress(html, own);
  const themes = book.known?.themes ?? {};
  if (typeof name !== "string" || !Object.hasOwn(themes, name)) return;
  const tokens = (text) => text.split(/\s+/).filter(Boolean);
  for (const [attribute, text] of Object.values(themes).flat()) {
    if (attribute === "class") html.classList.remove(...tokens(text));
    else html.removeAttribute(attribute);
  }
  for (const [attribute, text] of themes[name]) {
    if (attribute === "class") html.classList.add(...tokens(text));
    else html.setAttribute(attribute, text);
  }
};

book.clear = () => {
  turn++;
  for (const [target, type, listener, options] of heard) target.removeEventListener(type, listener, options);
  for (const node of taken) node.remove();
  [heard, taken] = [[], []];
  root().replaceChildren();
};

// Hears what scripts listen to until what it returns is called.
function listen() {
  const targets = [window, document, html, document.body];
  for (const target of targets) {
    target.addEventListener = (type, listener, options) => {
      heard.push([target, type, listener, options]);
      EventTarget.prototype.addEventListener.call(target, type, listener, options);
    };
  }
  return () => { for (const target of targets) delete target.addEventListener; };
}

// To the story it is a document that has just been loaded.
function loaded() {
  const call = (target, listener, event) => {
    try {
      if (typeof listener === "function") listener.call(target, event);
      else listener?.handleEvent?.(event);
    } catch (error) {
      reportError(error);
    }
  };
  for (const at of ["DOMContentLoaded", "load"]) {
    const event = new Event(at);
    for (const [target, type, listener] of heard) if (type === at) call(target, listener, event);
  }
  const { onload } = window;
  window.onload = null;
  call(window, onload, new Event("load"));
}

// A stylesheet or script that never comes holds up nothing for ever.
const settled = (element) => new Promise((done) => {
  element.addEventListener("load", done, { once: true });
  element.addEventListener("error", done, { once: true });
  setTimeout(done, 10000);
});

const runs = (script) => /^(|module|importmap|(text|application)\/(java|ecma)script)$/i.test(script.type.trim()) && !script.noModule;
const waits = (script) => script.type === "module" || script.src && (script.defer || script.async);

// A script of a parsed document never runs, but one like it does. A module
// runs once an address only.
const modules = new Map();
async function run(old, place) {
  const script = document.createElement("script");
  for (const name of old.getAttributeNames()) script.setAttribute(name, old.getAttribute(name));
  script.async = false;
  script.textContent = old.textContent;
  if (script.src && script.type === "module") {
    const times = modules.get(script.src) ?? 0;
    modules.set(script.src, times + 1);
    if (times) script.src += "#" + times;
  }
  const done = script.src ? settled(script) : null;
  place(script);
  await done;
}

const unwanted = "base, title, meta[charset], meta[name=viewport], meta[http-equiv], link[rel~=icon]";
const workshops = (script) => script.hasAttribute("src") && new URL(script.getAttribute("src"), document.baseURI).href.startsWith(book.root + "_storytime/");

function parsed(text) {
  const doc = Document.parseHTMLUnsafe?.(text) ?? new DOMParser().parseFromString(text, "text/html");
  // It was read as where there are no scripts, and would load what it holds.
  for (const element of doc.querySelectorAll("noscript")) element.textContent = element.innerHTML;
  return doc;
}

// Returns false if another story came before this one was there.
book.show = async (text, address) => {
  book.clear();
  const mine = turn;
  const doc = parsed(text);
  base.href = new URL(doc.querySelector("base[href]")?.getAttribute("href") ?? "", address);
  if (!base.isConnected) document.head.prepend(base);
  own = doc.documentElement;
  book.theme(book.globals.theme);
  dress(document.body, doc.body);
  document.title = doc.title;

  const scripts = [];
  for (const node of [...doc.head.children]) {
    if (node.matches(unwanted)) continue;
    if (node.localName === "script" && runs(node)) scripts.push(node);
    else taken.push(node);
  }
  const sheets = taken.filter((node) => node.matches("link[rel~=stylesheet]")).map(settled);
  document.head.append(...taken);
  await Promise.all(sheets);
  if (mine !== turn) return false;

  const unheard = listen();
  try {
    const inHead = (script) => { taken.push(script); document.head.append(script); };
    const inBody = [...doc.body.querySelectorAll("script")].filter(runs);
    const steps = [];
    for (const one of scripts) if (!waits(one)) steps.push([one, inHead]);
    steps.push(null); // the body
    for (const one of inBody) if (!waits(one)) steps.push([one, (script) => one.replaceWith(script)]);
    for (const one of scripts) if (waits(one)) steps.push([one, inHead]);
    for (const one of inBody) if (waits(one)) steps.push([one, (script) => one.replaceWith(script)]);
    for (const step of steps) {
      if (!step) root().replaceChildren(...doc.body.childNodes);
      else if (!workshops(step[0])) await run(...step);
      if (mine !== turn) return false;
    }
    loaded();
  } finally {
    unheard();
  }
  return true;
};

// What leads to a place in the story stays here; by <base> it would lead to
// the story's own page.
addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='#']");
  if (!link || event.defaultPrevented) return;
  event.preventDefault();
  location.hash = link.getAttribute("href");
});
