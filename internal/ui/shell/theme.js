// Runs in the head, before anything is painted: what the reader chose before
// has to be there from the first picture on, or the page flashes.
(() => {
  const html = document.documentElement;
  html.classList.add("js");
  try {
    const get = (key) => JSON.parse(localStorage.getItem("storytime:" + key));
    const theme = get("theme");
    if (theme) html.dataset.theme = theme;
    if (get("side-hidden")) html.classList.add("side-hidden");
    for (const name of ["side", "panels"]) {
      if (get(name) > 0) html.style.setProperty("--" + name, get(name) + "px");
    }
  } catch {
    // There may be no storage, as in a private window, or strange things in it.
  }
})();
