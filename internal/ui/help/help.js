// The sheet of keyboard shortcuts. It is loaded when somebody first asks for
// it, and takes the action "help" over.
const { actions, el, local } = storytime;
const shortcuts = [
  ["/", t("Search")],
  ["Ctrl K", t("Search, also while typing")],
  ["[", t("Previous story")],
  ["]", t("Next story")],
  ["O", t("Outline the elements of the story")],
  ["M", t("Measure them")],
  ["F", t("Full screen")],
  ["?", t("This help")],
  ["Esc", t("Close")],
];

const rows = shortcuts.map(([key, does]) => el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, does)));
const single = el("input", { type: "checkbox", checked: !local.get("nokeys") });
single.addEventListener("change", () => local.set("nokeys", single.checked ? null : true));
const close = el("button", { class: "button", type: "button" }, t("Close"));
const dialog = el("dialog", { class: "finder help", id: "st-help", "aria-labelledby": "st-help-title" },
  el("h2", { id: "st-help-title" }, t("Keyboard shortcuts")), el("dl", {}, ...rows),
  el("p", {}, el("label", {}, single, " ", t("Shortcuts of a single key"))), close);
document.body.append(dialog);
close.addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close(); // on its backdrop
});

actions.help = () => {
  if (!dialog.open) dialog.showModal();
};
actions.help();
