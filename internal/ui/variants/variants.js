// In a built site nothing can be rendered anew, but a matrix has rendered
// variants. The props that it changes become controls, which choose among
// these. What is chosen is in the address.
const { el, params } = storytime;
const panel = document.getElementById("st-panel-props");
const frame = document.getElementById("st-frame");
// In development all props have controls.
if (!frame || window[Symbol.for("storytime.live")]) return;

const variants = JSON.parse(panel.dataset.variants);
const plain = frame.getAttribute("src");
const fold = (name) => name.toLowerCase().replace(/[-_]/g, "");
const rows = new Map([...panel.querySelectorAll("tbody tr")].map((row) => [fold(row.cells[0].querySelector("code").textContent), row]));
const values = new Map(); // of each prop, those that some variant has
for (const { props } of variants) {
  for (const [name, value] of Object.entries(props)) values.set(name, (values.get(name) ?? new Set()).add(value));
}

const selects = new Map();
for (const [name, known] of values) {
  const [, cell, , fallback] = rows.get(fold(name))?.cells ?? [];
  if (!cell) continue;
  const own = (cell.querySelector(".unset") ? fallback.querySelector("code") : null)?.textContent ?? cell.textContent;
  const select = el("select", { "aria-label": name });
  select.add(new Option(own, ""));
  for (const value of known) if (value !== own) select.add(new Option(value));
  select.addEventListener("change", () => choose(name, select.value));
  cell.replaceChildren(el("span", { class: "select" }, select));
  selects.set(name, { select, own });
}

// The variant that has what was just chosen, and of the rest as much as there
// is: no matrix may have them all.
function choose(name, value) {
  const wanted = (one) => (one === name ? value : selects.get(one).select.value) || selects.get(one).own;
  const names = [...selects.keys()];
  const fit = ({ props }) => names.filter((one) => (props[one] ?? selects.get(one).own) === wanted(one)).length;
  const having = variants.filter(({ props }) => (props[name] ?? selects.get(name).own) === wanted(name));
  const best = [{ suffix: "", props: {} }, ...having].filter((one) => one.suffix || wanted(name) === selects.get(name).own)
    .reduce((a, b) => (fit(b) > fit(a) ? b : a));
  const hash = params();
  if (best.suffix) hash.set("variant", best.suffix.slice(1));
  else hash.delete("variant");
  location.hash = hash;
}

function show() {
  const suffix = "." + params().get("variant");
  const variant = variants.find((one) => one.suffix === suffix);
  for (const [name, { select, own }] of selects) {
    const value = variant?.props[name] ?? own;
    select.value = value === own ? "" : value;
  }
  const src = variant ? plain.replace(/\.html$/, encodeURI(variant.suffix) + ".html") : plain;
  if ((storytime.shown ?? plain) === src) return;
  storytime.shown = src;
  // A new address of the frame's own would be one more step for Back.
  frame.contentWindow.location.replace(new URL(src, location.href).href);
  dispatchEvent(new Event("hashchange")); // the toolbar has links to it
}
addEventListener("hashchange", show);
show();
