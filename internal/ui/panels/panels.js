// The panels below a story as tabs, by the tabs pattern of the ARIA Authoring
// Practices. Which one is open is in the address, and remembered.
const { el, session, split, params } = storytime;
const panels = document.getElementById("st-panels");
if (panels) {
  const bar = panels.querySelector(".tabs");
  const tabs = [...bar.children];
  const panel = (tab) => document.getElementById("st-panel-" + tab.dataset.panel);
  bar.setAttribute("role", "tablist");
  for (const tab of tabs) {
    tab.id = "st-tab-" + tab.dataset.panel;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel(tab).id);
    panel(tab).setAttribute("role", "tabpanel");
    panel(tab).setAttribute("aria-labelledby", tab.id);
    panel(tab).tabIndex = 0;
  }

  function show(name) {
    const chosen = tabs.find((tab) => tab.dataset.panel === name) ?? tabs[0];
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", tab === chosen);
      tab.tabIndex = tab === chosen ? 0 : -1;
      panel(tab).hidden = tab !== chosen;
    }
    panels.classList.add("ready");
    return chosen;
  }
  function choose(name) {
    const hash = params();
    hash.set("panel", name);
    session.set("panel", name);
    if (panels.offsetHeight < 60) document.documentElement.style.removeProperty("--panels");
    location.hash = hash;
    return show(name);
  }

  // Without a script, a link to a panel leads to its place in the page.
  const named = (hash) => hash?.split("#st-panel-")[1];
  const asked = () => named(location.hash) ?? params().get("panel");
  panels.parentNode.addEventListener("click", (event) => {
    const name = event.target.closest(".tab")?.dataset.panel ?? named(event.target.closest("a")?.hash);
    if (name) choose(name, event.preventDefault());
  });
  bar.addEventListener("keydown", (event) => {
    const here = tabs.indexOf(document.activeElement);
    const [forward, back] = storytime.rtl() ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"];
    const to = { [forward]: here + 1, [back]: here - 1, Home: 0, End: -1 }[event.key];
    if (here < 0 || to === undefined) return;
    event.preventDefault();
    choose(tabs.at(to % tabs.length).dataset.panel).focus();
  });
  addEventListener("hashchange", () => show(asked()));
  show(asked() ?? session.get("panel"));

  if (panels.querySelector("[data-variants]")) document.head.append(el("script", { src: storytime.href("_storytime/variants.js") + storytime.version }));

  const splitter = el("div", { class: "splitter", role: "separator", tabindex: "0", "aria-orientation": "horizontal", "aria-label": t("Height of the panels"), "aria-valuemin": "42", "aria-valuemax": "2000" });
  panels.append(splitter);
  split(splitter, {
    name: "panels", vertical: true, min: 42, // of it the tabs stay
    max: () => innerHeight - 256,
    size: () => panels.offsetHeight,
    sign: () => -1,
  });
}
