// The toolbar of a story's page. What it sets is kept in the address after
// "#", so that a link shows what one sees, and Back undoes it.
const { frames, copy, el, drag, session, params: address } = storytime;
const byId = (id) => document.getElementById("st-" + id);
const frame = byId("frame");
const stage = byId("stage");
const zooms = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3];

if (frame) {
  const fit = stage.firstElementChild;
  const [theme, viewport, background] = ["theme", "viewport", "background"].map(byId);
  const themes = theme ? [...theme.options].map((option) => option.value) : [];
  // What the frame shows: a variant of the story may stand in its place.
  const source = () => storytime.shown ?? frame.getAttribute("src");
  const usual = {
    theme: themes.includes(frame.dataset.theme) ? frame.dataset.theme : themes[0] ?? "",
    viewport: frame.dataset.viewport ?? "", rotate: "", background: "", zoom: "1", dir: "", outline: "", measure: "",
  };
  let state = { ...usual };
  const lasting = frame.dataset.theme ? ["background"] : ["theme", "background"];
  const custom = new Option();
  const toggles = [["rtl", "dir", "rtl"], ["outline", "outline", "1"], ["measure", "measure", "1"]];

  const has = (select, value) => !!select && [...select.options].some((option) => option.value === value);
  const valid = {
    theme: (value) => value === every || has(theme, value),
    viewport: (value) => value === "full" || has(viewport, value) || /^\d{2,4}$/.test(value),
    rotate: (value) => value === "1",
    background: (value) => has(background, value),
    zoom: (value) => value >= 0.1 && value <= 5,
    dir: (value) => value === "rtl",
    outline: (value) => value === "1",
    measure: (value) => value === "1",
  };
  // The choice of all themes, side by side.
  const every = "*";
  theme?.add(new Option(t("All, side by side"), every));

  function read() {
    state = { ...usual };
    const params = address();
    for (const key of Object.keys(usual)) {
      const value = params.get(key);
      if (value !== null && valid[key](value)) state[key] = value;
    }
  }

  // The address of the page with the state in it, next to what other parts
  // of the page keep there.
  function write(replace) {
    const params = address();
    for (const key of Object.keys(usual)) {
      if (state[key] === usual[key]) params.delete(key);
      else params.set(key, state[key]);
    }
    const hash = "#" + params;
    if (hash === (location.hash || "#")) return;
    if (replace) location.replace(hash);
    else location.hash = hash;
  }

  function choose(key, value) {
    const replace = key === "zoom" && address().has("zoom");
    state[key] = value;
    write(replace);
    show();
  }

  // The size that the frame has, 0 for all there is.
  function size() {
    const preset = [...(viewport?.options ?? [])].find((one) => one.dataset.width && one.value === state.viewport);
    const { width: wide = state.viewport, height: high } = preset?.dataset ?? {};
    const [width, height] = [Number(wide) || 0, Number(high) || 0];
    return state.rotate && width && height ? [height, width] : [width, height];
  }

  function show() {
    const zoom = Number(state.zoom);
    const [width, height] = size();
    stage.classList.toggle("sized", width > 0);
    stage.tabIndex = width || zoom > 1 ? 0 : -1; // it may have to be scrolled by keys
    frame.classList.toggle("scaled", zoom !== 1 || width > 0);
    // The frame is as large as the story sees it, and scaled from outside:
    // so its media queries answer for the viewport that was asked for.
    const part = (value) => (value ? value + "px" : 100 / zoom + "%");
    frame.style.inlineSize = part(width);
    frame.style.blockSize = part(height);
    frame.style.transform = zoom === 1 ? "" : `scale(${zoom})`;
    fit.style.inlineSize = width ? width * zoom + "px" : "";
    fit.style.blockSize = height ? height * zoom + "px" : "";

    sideBySide(state.theme === every, width, height);
    if (theme) theme.value = state.theme;
    if (background) background.value = state.background;
    if (viewport) {
      custom.remove();
      viewport.value = state.viewport === "full" ? "" : state.viewport;
      if (viewport.selectedIndex < 0) {
        custom.text = custom.value = state.viewport;
        viewport.add(custom);
        custom.selected = true;
      }
    }
    byId("rotate").disabled = !size()[1];
    byId("rotate").setAttribute("aria-pressed", !!state.rotate);
    for (const [id, key] of toggles) byId(id).setAttribute("aria-pressed", !!state[key]);
    byId("zoom-value").textContent = Math.round(zoom * 100) + "%";
    byId("zoom-out").disabled = zoom <= zooms[0];
    byId("zoom-in").disabled = zoom >= zooms.at(-1);
    frames.set({
      // The document has its usual theme by itself.
      theme: [usual.theme, every].includes(state.theme) ? null : state.theme,
      background: state.background || null,
      dir: state.dir || null,
      outline: state.outline || null,
      measure: state.measure || null,
    });
    // For the stories that follow. A theme that the author set for this one
    // says nothing about them.
    for (const key of lasting) session.set(key, state[key] === usual[key] ? null : state[key]);

    const query = new URLSearchParams();
    for (const key of ["theme", "background", "dir"]) if (state[key] !== usual[key] && state[key] !== every) query.set(key, state[key]);
    const alone = byId("alone");
    alone.href = source() + (query.size ? "?" + query : "");
  }

  // A frame for each theme, in the place of the one.
  let compared = null;
  function sideBySide(on, width, height) {
    fit.hidden = on;
    if (compared?.shows !== source()) {
      compared?.remove();
      compared = null;
    }
    if (on && !compared) {
      compared = el("div", { class: "stage-themes" }, ...themes.map((name) => el("figure", {}, el("figcaption", {}, name),
        el("iframe", { title: frame.title + ", " + name, src: source() + "?theme=" + encodeURIComponent(name), "data-theme": name }))));
      compared.shows = source();
      stage.append(compared);
    } else if (!on) {
      compared?.remove();
      compared = null;
    }
    for (const one of compared?.querySelectorAll("iframe") ?? []) {
      one.style.inlineSize = width ? width + "px" : "";
      one.style.blockSize = height ? height + "px" : "";
    }
  }

  theme?.addEventListener("change", () => choose("theme", theme.value));
  background?.addEventListener("change", () => choose("background", background.value));
  viewport?.addEventListener("change", () => {
    state.rotate = "";
    choose("viewport", viewport.value || (usual.viewport ? "full" : ""));
  });
  byId("rotate").addEventListener("click", () => choose("rotate", state.rotate ? "" : "1"));
  for (const [id, key, value] of toggles) {
    storytime.actions[id] = () => choose(key, state[key] ? "" : value);
    byId(id).addEventListener("click", storytime.actions[id]);
  }
  byId("print").addEventListener("click", () => frame.contentWindow.postMessage({ storytime: "print" }, "*"));
  byId("zoom").addEventListener("click", () => choose("zoom", "1"));
  byId("zoom-in").addEventListener("click", () => choose("zoom", String(zooms.find((zoom) => zoom > Number(state.zoom) + 0.001) ?? zooms.at(-1))));
  byId("zoom-out").addEventListener("click", () => choose("zoom", String(zooms.findLast((zoom) => zoom < Number(state.zoom) - 0.001) ?? zooms[0])));
  byId("link").addEventListener("click", () => copy(location.href, t("Link copied")));
  const full = byId("full");
  storytime.actions.full = () => stage.requestFullscreen();
  if (document.fullscreenEnabled) full.addEventListener("click", storytime.actions.full);
  else full.hidden = true;

  new ResizeObserver(() => {
    byId("size").textContent = frame.offsetWidth ? frame.offsetWidth + " × " + frame.offsetHeight : "";
  }).observe(frame);

  // The edge of the frame, to be dragged to any width.
  const grip = el("div", { class: "grip", "aria-hidden": "true" });
  fit.append(grip);
  drag(grip, () => {
    const start = frame.getBoundingClientRect().width;
    const grow = (storytime.rtl() ? -1 : 1) * (stage.classList.contains("sized") ? 2 : 1); // it is centred
    state.rotate = "";
    return (dx) => {
      const width = Math.min(Math.max((start + dx * grow) / Number(state.zoom), 160), 4000);
      state.viewport = String(Math.round(width));
      write(address().has("viewport"));
      show();
    };
  });

  addEventListener("hashchange", () => { read(); show(); });

  // The address wins over what was chosen on other pages. What comes from
  // there is written into the address, for that is what one sees.
  read();
  for (const key of lasting) {
    const value = session.get(key);
    if (!address().has(key) && value !== null && valid[key](value)) state[key] = value;
  }
  write(true);
  show();
}
