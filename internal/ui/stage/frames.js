// The workshop's side of the talk with the frames. From file:// every
// document is an origin of its own, so messages are the only way, and who
// sent one is known by its window alone.
const chosen = { theme: null, background: null, dir: null, outline: null, measure: null };
const most = 1600; // pixels of a frame within a page; what is higher scrolls
const least = 48;

const frames = () => document.querySelectorAll("#st-frame, .stage-themes iframe, .inline-stage iframe, .thumb iframe");

function message(frame) {
  const thumb = frame.closest(".thumb");
  // Within a page, a story that has a theme of its own keeps it.
  const theme = frame.dataset.theme ? null : chosen.theme;
  if (frame.closest(".stage-themes")) return { storytime: "set", ...chosen, theme: frame.dataset.theme };
  return thumb ? { storytime: "box" } : { storytime: "set", ...(frame.id ? chosen : { theme }) };
}
const send = (frame) => frame.contentWindow?.postMessage(message(frame), "*");

storytime.frames = {
  message,
  set(settings) {
    Object.assign(chosen, settings);
    for (const frame of frames()) send(frame);
  },
};

// A viewport in a grid is seen from further away.
function shrink(frame) {
  const width = frame.getAttribute("width");
  if (!width || !frame.closest(".grid")) return;
  const scale = Math.min(1, 320 / width);
  frame.style.transform = `scale(${scale})`;
  Object.assign(frame.parentNode.style, { inlineSize: width * scale + "px", blockSize: frame.offsetHeight * scale + "px" });
}

const got = {
  ready: send,
  height(frame, { height }) {
    if (!(height >= 0) || !frame.closest(".inline-stage")) return;
    // Nothing in its flow: a dialog or the like, which needs a stage.
    frame.wants = height < 16 ? 0 : Math.min(Math.max(height, least), frame.getAttribute("height") ?? most);
    // In a grid, those of a row are of one height.
    const row = [...frame.closest(".grid tr")?.querySelectorAll("iframe:not([width])") ?? []];
    const wanted = Math.max(frame.wants, ...row.map((one) => one.wants ?? 0));
    for (const one of [frame, ...row]) one.style.blockSize = wanted ? wanted + "px" : "";
    shrink(frame);
  },
  // What a thumbnail has to show, which may be a small button in a corner:
  // it is brought into the middle, and as near as it fits.
  box(frame, { x, y, width, height }) {
    const thumb = frame.closest(".thumb");
    if (!thumb || ![x, y, width, height].every(Number.isFinite) || width < 1 || height < 1) return;
    const [wide, high] = [thumb.clientWidth, thumb.clientHeight];
    const scale = Math.min(Math.max(Math.min((wide - 32) / width, (high - 32) / height), 0.4), 1);
    const left = Math.max((wide - width * scale) / 2, 16 - 16 * scale) - x * scale;
    const top = Math.max((high - height * scale) / 2, 16) - y * scale;
    frame.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
    frame.style.blockSize = Math.max(high, y + height + 16) / Math.min(scale, 1) + "px";
  },
  key(frame, { key, command }) {
    if (typeof key === "string") storytime.key(key, command === true);
  },
};

// What is printed is there, although nobody has scrolled to it.
addEventListener("beforeprint", () => {
  for (const frame of frames()) frame.loading = "eager";
});

addEventListener("message", (event) => {
  const kind = event.data?.storytime;
  if (typeof kind !== "string" || !Object.hasOwn(got, kind)) return;
  for (const frame of frames()) if (frame.contentWindow === event.source) got[kind](frame, event.data);
});

// Frames that were there before this script have said it all to nobody.
storytime.frames.set({});
