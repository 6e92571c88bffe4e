// The filter above the tree: by text, by tags, by problems. It is made when
// somebody first asks for it, or when it was on before.
const { el, session, scope, fold, actions } = storytime;
const button = document.getElementById("st-filter");
const key = "filter " + scope;
let panel = null;

function build() {
  const counts = new Map();
  for (const node of storytime.nodes) for (const tag of node.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const text = el("input", { type: "search", "aria-label": t("Filter by title"), placeholder: t("Filter by title"), autocomplete: "off" });
  const choice = (name, value) => el("label", {}, el("input", { type: "checkbox", name, value }), value || t("With problems"));
  const tags = el("fieldset", {}, el("legend", {}, t("Tags")));
  for (const tag of counts.keys()) tags.append(choice("tag", tag));
  const note = el("p", { role: "status" });
  panel = el("form", { class: "filter", id: "st-filters", "aria-label": t("Filter") }, text);
  if (counts.size) panel.append(tags);
  if (storytime.nodes.some((node) => node.broken)) panel.append(el("div", {}, choice("broken", "")));
  panel.append(note);
  button.closest(".side-tools").after(panel);
  button.setAttribute("aria-controls", panel.id);

  panel.apply = () => {
    const words = fold(text.value.trim());
    const chosen = [...panel.querySelectorAll("[name=tag]:checked")].map((input) => input.value);
    const broken = !!panel.querySelector("[name=broken]:checked");
    const on = words || chosen.length || broken;
    session.set(key, on ? { text: text.value, chosen, broken } : null);
    button.classList.toggle("active", !!on);
    const found = storytime.filterTree(on && ((node) =>
      fold(node.title).includes(words) &&
      (!chosen.length || chosen.some((tag) => node.tags.includes(tag))) &&
      (!broken || node.broken)), words);
    note.textContent = on ? (found ? found === 1 ? t("1 match") : t("{} matches").replace("{}", found) : t("Nothing matches")) : "";
  };
  panel.addEventListener("input", panel.apply);
  panel.addEventListener("submit", (event) => event.preventDefault());
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    panel.reset();
    panel.apply();
    show(false);
    button.focus();
  });
}

function show(open) {
  panel.hidden = !open;
  button.setAttribute("aria-expanded", open);
}

actions.filter = () => {
  if (!storytime.nodes) return;
  if (!panel) {
    build();
    panel.hidden = true;
  }
  show(panel.hidden);
  if (!panel.hidden) panel.querySelector("input").focus();
};

// A filter stays on from page to page.
const nav = storytime.nav;
storytime.nav = (tags, nodes) => {
  nav(tags, nodes);
  const saved = session.get(key);
  if (!saved || !button) return;
  if (!panel) build();
  panel.querySelector("[type=search]").value = saved.text;
  for (const input of panel.querySelectorAll("[name=tag]")) input.checked = saved.chosen.includes(input.value);
  const broken = panel.querySelector("[name=broken]");
  if (broken) broken.checked = saved.broken;
  show(true);
  panel.apply();
};
