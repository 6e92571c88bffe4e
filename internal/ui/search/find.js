// Search: a dialog with a combobox. Titles and tags come from nav.js and are
// here at once; descriptions and prose come with search.js, which is loaded
// when somebody first searches.
const { el, href, fold, marked, actions } = storytime;
const most = 50;
let dialog, input, list, note;
let entries = null;
let prose = null; // what search.js brought
let hits = [];
let at = -1;

function prepare() {
  const path = (node) => {
    const titles = [];
    for (let up = node.parent; up; up = up.parent) titles.unshift(up.title);
    return titles.join(" › ");
  };
  const entry = (title, where, tags, address, order) => {
    const folded = fold(title);
    return { title, folded, starts: " " + folded.replace(/[^\p{L}\p{N}]+/gu, " "), path: where, tags, around: fold(where + " " + tags.join(" ")), address, order, about: "", text: "", broken: false };
  };
  entries = storytime.nodes.map((node) => entry(node.title, path(node), node.tags, node.address, node.kind));
  if (!prose) return;
  const known = new Map(entries.map((one) => [one.address, one]));
  for (const [address, about, text, title, where] of prose) {
    let one = known.get(address);
    if (!one) entries.push(one = entry(title ?? address, where ?? "", [], address, 1));
    Object.assign(one, { about, text, aboutFolded: fold(about), textFolded: fold(text) });
  }
}

// search.js calls this.
storytime.index = (list) => {
  prose = list;
  entries = null;
  if (dialog?.open) update();
};

// How well a word fits an entry; the smaller the better, 0 for not at all.
function fit(one, word) {
  if (one.folded === word) return 1;
  if (one.folded.startsWith(word)) return 2;
  if (one.starts.includes(" " + word)) return 3;
  if (one.folded.includes(word)) return 4;
  if (one.around.includes(word)) return 5;
  if (one.aboutFolded?.includes(word)) return 6;
  if (one.textFolded?.includes(word)) return 7;
  return 0;
}

function find(query) {
  const whole = fold(query);
  const words = whole.split(/\s+/).filter(Boolean);
  const found = [];
  for (const one of entries) {
    let score = 0;
    for (const word of words) {
      const fits = fit(one, word);
      if (!fits) { score = 0; break; }
      score += fits;
    }
    if (!score) continue;
    // The words as they stand, beginning the title, beat them one by one.
    if (one.folded.startsWith(whole)) score = one.folded === whole ? 0.5 : 0.75;
    found.push({ one, score: score * 1000 + one.order * 100 + Math.min(one.title.length, 99) });
  }
  return found.sort((a, b) => a.score - b.score).map((hit) => hit.one);
}

// The line below a title: what matched, if it is not in the title.
function excerpt(one, words) {
  const missing = words.find((word) => !one.folded.includes(word) && !one.around.includes(word));
  if (!missing) return one.about && !one.path ? one.about : "";
  if (one.aboutFolded?.includes(missing)) return one.about;
  const place = one.textFolded?.indexOf(missing) ?? -1;
  if (place < 0) return "";
  const start = Math.max(0, one.text.lastIndexOf(" ", Math.max(0, place - 40)) + 1);
  return (start ? "… " : "") + one.text.slice(start, place + 110);
}

function update() {
  if (!storytime.nodes && !prose) return;
  if (!entries) prepare();
  const query = input.value.trim();
  const words = fold(query).split(/\s+/).filter(Boolean);
  const found = words.length ? find(query) : [];
  hits = found.slice(0, most);
  list.replaceChildren(...hits.map((one, i) => {
    const lines = [[one.path, ...one.tags].filter(Boolean).join(" · "), excerpt(one, words)].filter(Boolean);
    return el("li", { class: "hit", role: "option", id: "st-hit-" + i, "aria-selected": "false" },
      el("b", {}, ...marked(one.title, words)),
      ...lines.map((line) => el("span", {}, ...marked(line, words))));
  }));
  list.scrollTop = 0;
  input.setAttribute("aria-expanded", hits.length > 0);
  select(hits.length ? 0 : -1);
  note.textContent = !words.length ? t("Titles, tags, descriptions and prose")
    : !found.length ? t("Nothing found")
      : found.length > most ? t("The best {} of {}").replace("{}", most).replace("{}", found.length)
        : found.length === 1 ? t("1 result") : t("{} results").replace("{}", found.length);
}

function select(to) {
  list.children[at]?.setAttribute("aria-selected", "false");
  at = to;
  const option = list.children[at];
  if (!option) return input.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", option.id);
}

function go(event) {
  const one = hits[at];
  if (!one) return;
  const address = href(one.address);
  if (event.ctrlKey || event.metaKey) return void open(address);
  dialog.close();
  location.href = address;
}

function build() {
  input = el("input", {
    type: "text", role: "combobox", "aria-label": t("Search"), placeholder: t("Search"),
    "aria-expanded": "false", "aria-controls": "st-hits", "aria-autocomplete": "list",
    autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "go",
  });
  list = el("ul", { class: "finder-list", role: "listbox", id: "st-hits", "aria-label": t("Results") });
  note = el("p", { class: "finder-note", role: "status" });
  const field = el("div", { class: "finder-field" }, document.querySelector("[data-does=search] svg").cloneNode(true), input, el("kbd", {}, "Esc"));
  dialog = el("dialog", { class: "finder", id: "st-finder", "aria-label": t("Search") }, field, list, note);
  document.body.append(dialog);
  input.addEventListener("input", update);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing) return;
    if (step && hits.length) select((at + step + hits.length) % hits.length);
    else if (event.key === "Enter") go(event);
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointermove", (event) => {
    const option = event.target.closest(".hit");
    if (option && option !== list.children[at]) select([...list.children].indexOf(option));
  });
  dialog.addEventListener("click", (event) => {
    const option = event.target.closest(".hit");
    if (event.target === dialog) dialog.close(); // on its backdrop
    else if (option) {
      select([...list.children].indexOf(option));
      go(event);
    }
  });
}

actions.search = () => {
  if (!dialog.open) dialog.showModal();
  input.focus();
  input.select();
  update();
};
build();
actions.search();
document.head.append(el("script", { src: href("_storytime/search.js") }));
