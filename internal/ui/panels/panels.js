// The panels below a story as tabs, by the tabs pattern of the ARIA Authoring
// Practices. Which one is open is in the address, and remembered.
const { el, session, split, params } = storytime;
const panels = document.getElementById("st-panels");
if (panels) {
  const bar = panels.querySelector(".tabs");
  const tabs = [...bar.children];
  const panel = (tab) => document.getElementById("st-panel-" + tab.dataset.panel);
  bar.setAttribute("role", "tablist");
  bar.setAttribute("aria-label", "About this story");
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
  function choose(tab) {
    const hash = params();
    hash.set("panel", tab.dataset.panel);
    session.set("panel", tab.dataset.panel);
    location.hash = hash;
    show(tab.dataset.panel);
  }

  bar.addEventListener("click", (event) => {
    const tab = event.target.closest(".tab");
    if (tab) choose(tab);
  });
  bar.addEventListener("keydown", (event) => {
    const here = tabs.indexOf(document.activeElement);
    const [forward, back] = storytime.rtl() ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"];
    const to = { [forward]: here + 1, [back]: here - 1, Home: 0, End: -1 }[event.key];
    if (here < 0 || to === undefined) return;
    event.preventDefault();
    const tab = tabs.at(to % tabs.length);
    choose(tab);
    tab.focus();
  });
  addEventListener("hashchange", () => show(params().get("panel")));
  show(params().get("panel") ?? session.get("panel"));

  const splitter = el("div", { class: "splitter", role: "separator", tabindex: "0", "aria-orientation": "horizontal", "aria-label": "Height of the panels", "aria-valuemin": "112", "aria-valuemax": "2000" });
  panels.append(splitter);
  split(splitter, {
    name: "panels", vertical: true, min: 112,
    max: () => innerHeight - 256,
    size: () => panels.offsetHeight,
    sign: () => -1,
  });
}
