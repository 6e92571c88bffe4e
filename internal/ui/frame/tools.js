// Tools for looking at a story, in its own document: outlines around its
// elements, and the size, margin and padding of the one under the pointer or
// in focus. frame.js loads this when one of them is first asked for, and says
// which are on with the event "storytime:tools".
//
// The styles are adopted sheets, and what is measured is drawn in a shadow
// tree: nothing of it meets the story's own styles, and a strict content
// security policy has nothing against it.
const sheet = (text) => {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
};
const outlines = sheet("*{outline:1px solid rgb(214 51 132 / 0.75)!important;outline-offset:-1px!important}");

const host = document.createElement("div");
host.setAttribute("aria-hidden", "true");
const shadow = host.attachShadow({ mode: "closed" });
shadow.adoptedStyleSheets = [sheet([
  ":host{all:initial;position:fixed;inset:0;z-index:2147483647;pointer-events:none}",
  ":host([hidden]){display:none}",
  "div{position:absolute;box-sizing:border-box;border-style:solid;border-color:transparent}",
  ".margin{border-color:rgb(246 178 107 / 0.55)}",
  ".padding{border-color:rgb(147 196 125 / 0.55);background:rgb(111 168 220 / 0.45)}",
  "p{position:absolute;margin:0;padding:2px 6px;border-radius:4px;background:#1c1d20;color:#fff;font:12px/1.5 system-ui,sans-serif;white-space:pre;direction:ltr}",
].join(""))];
const part = (name) => {
  const made = document.createElement(name === "label" ? "p" : "div");
  made.className = name;
  shadow.append(made);
  return made;
};
const [margin, padding, label] = ["margin", "padding", "label"].map(part);
const sides = ["Top", "Right", "Bottom", "Left"];
let current = null;

function place(box, { x, y, width, height }, widths) {
  Object.assign(box.style, { left: x + "px", top: y + "px", width: width + "px", height: height + "px", borderWidth: widths.map((one) => one + "px").join("\x20") });
}

function draw() {
  host.hidden = !current?.isConnected;
  if (host.hidden) return;
  const style = getComputedStyle(current);
  const around = (name) => sides.map((side) => parseFloat(style[name.replace("*", side)]) || 0);
  const [outer, inner, border] = [around("margin*"), around("padding*"), around("border*Width")];
  const box = current.getBoundingClientRect();
  const seen = outer.map((one) => Math.max(one, 0));
  place(margin, { x: box.x - seen[3], y: box.y - seen[0], width: box.width + seen[1] + seen[3], height: box.height + seen[0] + seen[2] }, seen);
  place(padding, { x: box.x + border[3], y: box.y + border[0], width: box.width - border[1] - border[3], height: box.height - border[0] - border[2] }, inner);
  const round = (value) => Math.round(value * 100) / 100;
  const name = current.localName + (current.id ? "#" + current.id : "") + [...current.classList].slice(0, 3).map((one) => "." + one).join("");
  const lines = [name + "  " + round(box.width) + " × " + round(box.height)];
  for (const [what, widths] of [["margin", outer], ["padding", inner]]) {
    if (widths.some(Boolean)) lines.push(what + "  " + widths.map(round).join("\x20"));
  }
  label.textContent = lines.join("\n");
  const { offsetWidth: wide, offsetHeight: high } = label;
  const below = box.bottom + 6 + high < innerHeight;
  label.style.left = Math.max(Math.min(box.x, innerWidth - wide), 0) + "px";
  label.style.top = Math.max(below ? box.bottom + 6 : Math.min(box.y - 6, innerHeight) - high, 0) + "px";
}

const look = (event) => {
  const target = event.composedPath()[0];
  if (!(target instanceof Element) || target === document.documentElement) return;
  current = target;
  draw();
};
const events = { pointerover: look, pointerdown: look, focusin: look, scroll: draw, resize: draw };

addEventListener("storytime:tools", ({ detail }) => {
  const others = document.adoptedStyleSheets.filter((one) => one !== outlines);
  document.adoptedStyleSheets = detail.outline ? [...others, outlines] : others;
  if (!!detail.measure === host.isConnected) return;
  for (const [name, heard] of Object.entries(events)) (detail.measure ? addEventListener : removeEventListener)(name, heard, true);
  if (detail.measure) document.documentElement.append(host);
  else host.remove();
  current = null;
  draw();
});
