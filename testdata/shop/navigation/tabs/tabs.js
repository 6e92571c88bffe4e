// Without this script all panels are shown, one below the other. With it, one at a time, by the ARIA pattern.
function select(tab, focus) {
  const list = tab.closest("[role='tablist']");
  for (const other of list.querySelectorAll("[role='tab']")) {
    const selected = other === tab;
    other.setAttribute("aria-selected", String(selected));
    other.tabIndex = selected ? 0 : -1;
    document.getElementById(other.getAttribute("aria-controls")).hidden = !selected;
  }
  if (focus) tab.focus();
}

for (const tab of document.querySelectorAll("[data-tabs] [aria-selected='true']")) select(tab, false);

document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tabs] [role='tab']");
  if (tab) select(tab, true);
});

document.addEventListener("keydown", (event) => {
  const tab = event.target.closest("[data-tabs] [role='tab']");
  if (!tab) return;
  const tabs = [...tab.parentElement.querySelectorAll("[role='tab']")];
  const forward = getComputedStyle(tab).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  const backward = forward === "ArrowRight" ? "ArrowLeft" : "ArrowRight";
  const at = tabs.indexOf(tab);
  const next = { [forward]: at + 1, [backward]: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  select(tabs.at(next % tabs.length), true);
});
