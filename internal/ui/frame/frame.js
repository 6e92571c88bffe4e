// The one script that Storytime puts into a story's own document. It does
// what the toolbar of the workshop says, and tells it how high the story is.
//
// Settings come in the address (?theme=dark) or in a message from the window
// that this document is framed in:
//
//	{storytime: "set", theme, background, dir, zoom, outline, measure}
//	{storytime: "print"}
//	{storytime: "box"}                   asks where in the document the story is
//
// null or nothing means: as the story itself has it. Messages to that window:
//
//	{storytime: "ready"}                 settings can be sent
//	{storytime: "box", x, y, width, height}
//	{storytime: "height", height}        in CSS pixels
//	{storytime: "key", key, command}     a shortcut of the workshop's
//
// Opened by itself, without a query, the document stays as it is.
(() => {
  const themes = {/*themes*/};
  const backgrounds = {/*backgrounds*/};
  const html = document.documentElement;
  const framed = window.parent !== window;
  const tell = (message) => { if (framed) window.parent.postMessage(message, "*"); };
  let settings = {};

  // What the document had of the attributes that a theme can change.
  let own = null;
  function theme(name) {
    const known = typeof name === "string" && Object.hasOwn(themes, name);
    if (!known && !own) return;
    const names = new Set(Object.values(themes).flat().map(([attribute]) => attribute));
    own ??= [...names].map((attribute) => [attribute, html.getAttribute(attribute)]);
    if (!known) {
      for (const [attribute, value] of own) put(attribute, value);
      own = null;
      return;
    }
    for (const attribute of names) if (attribute !== "class") put(attribute, null);
    // Classes are shared with the story's layout, so they go one by one.
    for (const [attribute, value] of Object.values(themes).flat()) {
      if (attribute === "class") html.classList.remove(...tokens(value));
    }
    for (const [attribute, value] of themes[name]) {
      if (attribute === "class") html.classList.add(...tokens(value));
      else put(attribute, value);
    }
  }
  const tokens = (value) => value.split(/\s+/).filter(Boolean);
  function put(attribute, value) {
    if (value === null) html.removeAttribute(attribute);
    else html.setAttribute(attribute, value);
  }

  // What the elements had for a background in their own style attributes.
  const plain = new Map();
  function background(name) {
    const color = typeof name === "string" && Object.hasOwn(backgrounds, name) ? backgrounds[name] : null;
    // The body too: most layouts give it a colour of its own.
    for (const { style } of [html, document.body].filter(Boolean)) {
      if (color) {
        if (!plain.has(style)) plain.set(style, style.background);
        style.setProperty("background", color, "important");
      } else if (plain.has(style)) {
        style.removeProperty("background");
        style.background = plain.get(style);
        plain.delete(style);
      }
    }
  }

  let ownDir;
  function direction(dir) {
    const known = dir === "rtl" || dir === "ltr";
    if (known) {
      ownDir ??= [html.getAttribute("dir")];
      html.dir = dir;
    } else if (ownDir) {
      put("dir", ownDir[0]);
      ownDir = undefined;
    }
  }

  // The tools are seldom used, so they are loaded when they are.
  const source = document.currentScript.src;
  let loading = null;
  function tools() {
    const { outline, measure } = settings;
    if (!loading && (outline || measure)) {
      loading = document.createElement("script");
      loading.src = source.replace(/frame\.js/, "tools.js");
      loading.onload = tools;
      document.head.append(loading);
    }
    dispatchEvent(new CustomEvent("storytime:tools", { detail: { outline, measure } }));
  }

  function apply(wanted) {
    settings = wanted;
    tools();
    theme(wanted.theme);
    background(wanted.background);
    direction(wanted.dir);
    const zoom = Number(wanted.zoom);
    if (zoom >= 0.1 && zoom <= 5) html.style.zoom = zoom;
    else if (html.style.zoom) html.style.zoom = "";
    if (html.getAttribute("style") === "") html.removeAttribute("style");
  }

  const query = Object.fromEntries(new URLSearchParams(location.search));
  apply(query);
  // The body comes after this script.
  addEventListener("DOMContentLoaded", () => background(settings.background));
  if (!framed) return;

  addEventListener("message", (event) => {
    if (event.source !== window.parent) return;
    if (event.data?.storytime === "box") {
      if (document.readyState === "complete") box();
      else addEventListener("load", box);
    }
    if (event.data?.storytime === "print") print();
    if (event.data?.storytime !== "set") return;
    const given = Object.entries(event.data).filter(([, value]) => value !== null && value !== undefined);
    apply({ ...query, ...Object.fromEntries(given) });
    asked = 0; // whoever asks may not have heard of the height
    soon();
  });

  // The height. A story that fills its window (100vh) is as high as we make
  // its frame, and something more with its margins; following it would go on
  // for ever. So after the frame has got the height that was asked for, the
  // story has to agree; after three times that it does not, we stop asking
  // until the width changes.
  let asked = 0;
  let strikes = 0;
  let width = 0;
  function measure() {
    const body = document.body;
    if (!body) return;
    if (width !== innerWidth) [width, strikes] = [innerWidth, 0];
    const overflow = html.scrollHeight > html.clientHeight ? html.scrollHeight : 0;
    const height = Math.ceil(Math.max(html.getBoundingClientRect().height, body.scrollHeight, overflow));
    if (height === asked) {
      if (innerHeight === asked) strikes = 0;
      return;
    }
    if (innerHeight === asked && ++strikes > 2) return;
    asked = height;
    tell({ storytime: "height", height });
  }
  // What can be seen of the story: its text, and boxes that are painted. The
  // elements themselves are mostly as wide as the window.
  function box() {
    let [left, top, right, bottom] = [Infinity, Infinity, 0, 0];
    const range = document.createRange();
    for (const element of [...document.body.querySelectorAll("*")].slice(0, 400)) {
      const style = getComputedStyle(element);
      const painted = element.matches("img, svg, video, canvas, iframe, input, textarea, select, button, progress, meter, hr")
        || style.backgroundImage !== "none" || style.boxShadow !== "none" || parseFloat(style.borderTopWidth) > 0
        || !/^(transparent|rgba\(.*\b0\))$/.test(style.backgroundColor);
      const boxes = painted ? [element.getBoundingClientRect()] : [];
      for (const child of painted ? [] : element.childNodes) {
        if (child.nodeType !== Node.TEXT_NODE || !child.data.trim()) continue;
        range.selectNodeContents(child);
        boxes.push(range.getBoundingClientRect());
      }
      for (const one of boxes) {
        if (one.width < 2 || one.height < 2 || style.visibility !== "visible") continue;
        [left, top] = [Math.min(left, one.left), Math.min(top, one.top)];
        [right, bottom] = [Math.max(right, one.right), Math.max(bottom, one.bottom)];
      }
    }
    if (right > left) tell({ storytime: "box", x: left, y: top, width: right - left, height: bottom - top });
  }

  let waiting = 0;
  const soon = () => { waiting ||= requestAnimationFrame(() => { waiting = 0; measure(); }); };
  addEventListener("DOMContentLoaded", () => {
    const sizes = new ResizeObserver(soon);
    sizes.observe(html);
    sizes.observe(document.body);
    measure();
  });
  addEventListener("load", measure);
  addEventListener("resize", soon);

  addEventListener("keydown", (event) => {
    const command = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
    if (event.defaultPrevented || !(command || ["/", "?", "[", "]", "o", "m", "f", "Escape"].includes(event.key))) return;
    if (!command && (event.ctrlKey || event.metaKey || event.altKey)) return;
    const at = event.composedPath()[0];
    if (at.isContentEditable || /^(input|textarea|select)$/i.test(at.localName ?? "")) return;
    if (event.key !== "Escape") event.preventDefault();
    tell({ storytime: "key", key: event.key, command });
  });

  tell({ storytime: "ready" });
})();
