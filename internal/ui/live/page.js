// A page of the workshop whose own HTML has changed: everything that can be
// patched is; a change of what scripts were wired to is a reload.

const main = () => document.getElementById("st-main");
const version = (doc) => doc.querySelector("script[src*='workshop.js']")?.getAttribute("src");
// What the server wrote into the toolbar, without what the scripts added.
const choices = (doc) => [...doc.querySelectorAll("#st-theme option, #st-viewport option, #st-background option")]
  .filter((option) => option.value !== "*" && (option.closest("#st-viewport") === null || option.value === "" || option.dataset.width))
  .map((option) => [option.parentNode.id, option.text, option.dataset.width, option.dataset.height].join("\t")).join("\n");
const stage = (doc) => {
  const frame = doc.getElementById("st-frame");
  if (!frame) return doc.querySelector(".stage") ? "none" : "";
  return ["src", "data-theme", "data-viewport", "width", "height"].map((name) => frame.getAttribute(name)).join("\t");
};

// What scripts put on the elements of a page, and the server never does.
const added = ["style", "tabindex", "aria-current", "open", "role"];
const rules = {
  keep: (element, name, value) => value === null && added.includes(name),
  // The last good figure of a story that is broken now stays where it is.
  skip(from, to) {
    if (from.nodeType !== Node.ELEMENT_NODE || !from.classList.contains("inline") || !from.querySelector("iframe") || to.querySelector("iframe")) return false;
    const href = from.querySelector(".inline-title")?.getAttribute("href");
    return !!href && live.hold(live.path(new URL(href, location.href)), live.here);
  },
};

live.patchPage = async () => {
  const held = () => document.getElementById("st-frame") && live.hold(live.here);
  if (held()) return;
  const { status, html } = await live.fetch(location.href.split("#")[0]);
  if (held()) return;
  if (status === 404) return live.missing(true);
  const next = live.parse(html);
  const fresh = next.getElementById("st-main");
  const old = main();
  const same = (read) => read(document) === read(next);
  const root = (doc) => ["lang", "dir", "data-root", "data-path"].map((name) => doc.documentElement.getAttribute(name)).join("\t");
  const toc = (doc) => !!doc.querySelector(".toc");
  const brand = (doc) => [doc.querySelector(".side-foot")?.innerHTML,
    ...new Set([...doc.querySelectorAll("head link[rel=stylesheet]")].map((link) => link.getAttribute("href").split("?")[0]))].join("\n");
  const scripts = (doc) => [...doc.querySelectorAll("main script")].map((script) => script.outerHTML).join("\n");
  if (!fresh || fresh.className !== old.className || ![version, choices, stage, root, toc, brand, scripts].every(same)) return live.leave();

  live.missing(false);
  const had = live.focus(document);
  const [x, y] = [scrollX, scrollY];
  document.title = next.title;
  const title = next.querySelector(".brand");
  for (const one of document.querySelectorAll(".brand")) live.morph(one, title);
  const description = next.querySelector("meta[name=description]");
  if (description) document.querySelector("meta[name=description]")?.replaceWith(document.adoptNode(description));
  live.workshop.enhance(fresh);
  if (old.classList.contains("page-story")) story(old, fresh);
  else live.morph(old, fresh, rules);
  live.workshop.frames.set({}); // new frames, and those with another theme
  live.refocus(document, had);
  if (scrollX !== x || scrollY !== y) scrollTo({ left: x, top: y, behavior: "instant" });
  dispatchEvent(new Event("scroll")); // the table of contents looks again
};

// The panels of a story have become tabs, and have handles between them; so
// their parts are patched one by one.
function story(old, fresh) {
  const pair = (selector) => [old.querySelector(selector), fresh.querySelector(selector)];
  const [head, nextHead] = pair(".head");
  live.morph(head, nextHead, rules);
  const [frame, nextFrame] = pair("#st-frame");
  if (frame) frame.title = nextFrame.title;
  for (const tab of fresh.querySelectorAll(".tab")) {
    const [had, want] = pair(`.tab[data-panel=${tab.dataset.panel}]`);
    had.replaceChildren(...want.childNodes);
  }
  for (const panel of fresh.querySelectorAll(".panel")) {
    const had = document.getElementById(panel.id);
    if (panel.id === "st-panel-props" && live.controls) live.controls.table(panel);
    else live.morph(had, panel, { keep: (element, name, value) => element === had || rules.keep(element, name, value) });
  }
}

// Runs one of the site's scripts once more: it calls what it called at first.
const again = (name) => new Promise((done) => {
  const script = document.createElement("script");
  script.src = live.bust(new URL("_storytime/" + name, live.root).href);
  script.onload = script.onerror = () => {
    script.remove();
    done();
  };
  document.head.append(script);
});

// The tree, as the reader has it: what is open, where it is scrolled to,
// which row has the focus. tree.js keeps what is open.
live.nav = async () => {
  const box = document.getElementById("st-tree");
  const focused = box?.contains(document.activeElement) ? document.activeElement.node : null;
  const top = box?.scrollTop;
  await again("nav.js");
  if (!box) return;
  if (focused && !box.contains(document.activeElement)) {
    // The row itself, or the nearest above it that is still there.
    for (let node = focused; node; node = node.parent) {
      const row = live.workshop.nodes.find((one) => one.address === node.address)?.link;
      if (!row?.isConnected) continue;
      row.focus({ preventScroll: true });
      break;
    }
  }
  box.scrollTop = top;
  if (searched()) await live.search(); // it joins its texts with the tree
};

const searched = () => !!document.querySelector("script[src*='_storytime/search.js']");
live.search = async () => { if (searched()) await again("search.js"); };
