// What all parts share.
const html = document.documentElement;
const base = new URL(html.dataset.root || ".", location.href);

// Values by name, until null is set. Storage can be missing, full, or have
// strange things in it; none of that must stop a page.
const store = (area) => ({
  get(key) {
    try { return JSON.parse(window[area].getItem("storytime:" + key)); } catch { return null; }
  },
  set(key, value) {
    try { window[area].setItem("storytime:" + key, JSON.stringify(value)); } catch { return; }
  },
});

const storytime = window.storytime = {
  // What the addresses of the workshop's own files end with.
  version: new URL(document.currentScript.src).search,

  local: store("localStorage"),
  session: store("sessionStorage"),
  // Two catalogs on one host have different places for what is about pages.
  scope: base.pathname,

  // From an address in nav.js or search.js to one that a link can have. The
  // file is named, because from file:// a directory shows a list of files.
  href(address) {
    return html.dataset.root + (address === "" || address.endsWith("/") ? address + "index.html" : address);
  },

  // This page's address as nav.js writes it.
  here: decode(html.dataset.path.replace(/(^|\/)index\.html$/, "$1")),

  decode,

  // An element; attributes that are null or false are left out.
  el(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== null && value !== false) element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children);
    return element;
  },

  // Text without case and accents, of the same length where that is possible.
  fold(text) {
    text = text.toLowerCase();
    return /^[\0-\x7f]*$/.test(text) ? text : text.normalize("NFD").replace(/\p{M}+/gu, "").replaceAll("ß", "ss");
  },

  // A text as nodes, the words in it marked; they are folded. Folding may
  // change a text's length, and then places in it would be wrong: better no
  // mark than a wrong one.
  marked(text, words) {
    const folded = storytime.fold(text);
    const nodes = [];
    let done = 0;
    while (folded.length === text.length) {
      const [start, word] = words
        .map((one) => [folded.indexOf(one, done), one])
        .filter(([place]) => place >= 0)
        .sort((a, b) => a[0] - b[0] || b[1].length - a[1].length)[0] ?? [];
      if (!word) break;
      nodes.push(text.slice(done, start), storytime.el("mark", {}, text.slice(start, start + word.length)));
      done = start + word.length;
    }
    return [...nodes, text.slice(done)];
  },

  // What the address keeps after "#".
  params: () => new URLSearchParams(location.hash.slice(1)),

  // Says something to everybody: on the screen, and to a screen reader.
  say(text) {
    toast.textContent = text;
    clearTimeout(quiet);
    quiet = setTimeout(() => { toast.textContent = ""; }, 1800);
  },

  async copy(text, said = t("Copied")) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without HTTPS there is no clipboard, but there is the old way.
      const area = storytime.el("textarea", { class: "sr", "aria-hidden": "true" });
      const focused = document.activeElement;
      area.value = text;
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      focused?.focus();
      if (!done) said = t("Could not copy");
    }
    storytime.say(said);
  },

  // A separator that changes a size, by pointer and by arrow keys.
  // size() measures; sign(rtl) tells which way along the axis it grows.
  split(edge, { name, vertical, size, sign, min, max }) {
    const set = (value) => {
      value = Math.round(Math.min(Math.max(value, min), max()));
      html.style.setProperty("--" + name, value + "px");
      edge.setAttribute("aria-valuenow", value);
      storytime.local.set(name, value);
    };
    const now = () => edge.setAttribute("aria-valuenow", Math.round(size()));
    now();
    edge.addEventListener("focus", now);
    storytime.drag(edge, () => {
      const start = size();
      return (dx, dy) => set(start + (vertical ? dy : dx) * sign());
    });
    edge.addEventListener("dblclick", () => {
      html.style.removeProperty("--" + name);
      storytime.local.set(name, null);
      now();
    });
    edge.addEventListener("keydown", (event) => {
      const step = vertical ? { ArrowUp: -16, ArrowDown: 16 } : { ArrowLeft: -16, ArrowRight: 16 };
      if (event.key in step) set(size() + step[event.key] * sign());
      else if (event.key === "Home") set(min);
      else if (event.key === "End") set(max());
      else return;
      event.preventDefault();
    });
  },

  // start() is called when a drag begins and returns what follows it. Frames
  // would swallow the pointer, so they don't get it meanwhile.
  drag(handle, start) {
    handle.addEventListener("pointerdown", (down) => {
      if (down.button !== 0) return;
      down.preventDefault();
      handle.focus({ preventScroll: true });
      handle.setPointerCapture(down.pointerId);
      html.classList.add("dragging");
      const follow = start();
      const move = (event) => follow(event.clientX - down.clientX, event.clientY - down.clientY);
      const end = () => {
        html.classList.remove("dragging");
        handle.removeEventListener("pointermove", move);
        handle.removeEventListener("lostpointercapture", end);
      };
      handle.addEventListener("pointermove", move);
      handle.addEventListener("lostpointercapture", end);
    });
  },

  rtl: () => html.dir === "rtl",

  // Called with the names in data-does attributes, and with shortcuts.
  actions: {},
};

function decode(address) {
  try { return decodeURI(address); } catch { return address; }
}

const toast = storytime.el("div", { class: "toast", role: "status" });
let quiet;
document.body.append(toast);

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-does]");
  if (button) storytime.actions[button.dataset.does]?.(button);
  // The link's own way would put its target into the address, where a
  // story's page keeps what is chosen.
  if (event.target.closest?.(".skip")) {
    event.preventDefault();
    document.getElementById("st-main").focus();
  }
});

// One place for shortcuts; frames forward theirs to it. Those of a single key
// can be turned off, for who speaks to the browser.
const keys = { "/": "search", "?": "help", "[": "prev", "]": "next", o: "outline", m: "measure", f: "full", Escape: "close" };
storytime.key = (key, command) => {
  const action = command ? key.toLowerCase() === "k" && "search" : keys[key];
  if (!action || (!command && action !== "close" && storytime.local.get("nokeys"))) return false;
  storytime.actions[action]?.();
  return true;
};
for (const rel of ["prev", "next"]) storytime.actions[rel] = () => document.querySelector(`main [rel=${rel}]`)?.click();
document.addEventListener("keydown", (event) => {
  const command = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.defaultPrevented || event.isComposing || (!command && (event.ctrlKey || event.altKey || event.metaKey))) return;
  if (typing && !command && event.key !== "Escape") return;
  if (storytime.key(event.key, command) && event.key !== "Escape") event.preventDefault();
});
