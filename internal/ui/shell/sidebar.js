// The sidebar: hidden and shown, wider and narrower, and on a phone a drawer.
const { actions, local, split, rtl } = storytime;
const html = document.documentElement;
const side = document.getElementById("st-side");
const menu = document.getElementById("st-menu");
if (side) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (html.dataset.theme ? html.dataset.theme === "dark" : dark.matches);
  const scheme = side.querySelector("[data-does=scheme]");
  const mark = () => scheme.setAttribute("aria-pressed", isDark());
  actions.scheme = () => {
    const wanted = isDark() ? "light" : "dark";
    // Whoever wants what the system has follows the system again.
    const own = (wanted === "dark") !== dark.matches;
    if (own) html.dataset.theme = wanted;
    else delete html.dataset.theme;
    local.set("theme", own ? wanted : null);
    mark();
  };
  dark.addEventListener("change", mark);
  mark();

  actions.collapse = () => {
    const hidden = html.classList.toggle("side-hidden");
    local.set("side-hidden", hidden);
    document.querySelector(hidden ? ".show-side" : ".side [data-does=collapse]").focus();
  };

  const phone = matchMedia("(max-width: 55.99rem)");
  const rest = document.querySelectorAll(".body, .bar, .skip");
  const drawer = (open) => {
    html.classList.toggle("side-open", open);
    menu.setAttribute("aria-expanded", open);
    for (const element of rest) element.inert = open;
  };
  actions.close = () => {
    if (!html.classList.contains("side-open")) return;
    drawer(false);
    menu.focus();
  };
  menu.addEventListener("click", () => {
    drawer(true);
    side.querySelector("[data-does=close]").focus();
    storytime.reveal?.();
  });
  document.addEventListener("pointerdown", (event) => {
    if (html.classList.contains("side-open") && !event.target.closest(".side, dialog")) {
      event.preventDefault();
      actions.close();
    }
  });
  phone.addEventListener("change", () => drawer(false));
  // A page that comes back from the browser's memory comes with its drawer shut.
  addEventListener("pagehide", () => drawer(false));

  split(document.getElementById("st-edge"), {
    name: "side", min: 200, max: () => 480,
    size: () => side.offsetWidth,
    sign: () => (rtl() ? -1 : 1),
  });
}
