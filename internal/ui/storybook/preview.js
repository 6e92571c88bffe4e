// What clients ask of a page of Storybook's: to show a story, to tell what
// there is to know of it, and to say when it is there or why it isn't.

const { channel } = book;
const query = new URLSearchParams(location.search);
const changed = new Map(); // story → args, where they are others than its own
let index = null;
let initialGlobals = {};
let shown = null; // what is chosen, a story or a subject
let missing = null; // what was to be, and isn't there
let turn = 0;
const within = query.has("refId"); // a Storybook, as one of its refs

async function get(name) {
  const response = await fetch(new URL(name, book.root));
  if (!response.ok) throw new Error(name + ": status " + response.status);
  const build = /\bbuild;desc=\W?(\d+)/.exec(response.headers.get("Server-Timing"))?.[1];
  if (build) [book.development, book.build] = [true, Number(build)];
  return response;
}

async function load() {
  const answers = await Promise.all([get("index.json"), get("_storytime/storybook.json")]);
  const before = index && JSON.stringify(index);
  [index, book.known] = await Promise.all(answers.map((answer) => answer.json()));
  if (within && before && JSON.stringify(index) !== before) tellIndex();
}

// A Storybook of another origin may not be allowed to read the index itself.
// Busy with itself when it starts, it may forget what it was told.
let told = 0;
async function tellIndex() {
  const mine = ++told;
  for (let wait = 250; wait < 3000; wait *= 2) {
    channel.emit("setIndex", index);
    if (shown) channel.emit("currentStoryWasSet", { storyId: shown.id, viewMode: shown.viewMode });
    else channel.emit("storyMissing", missing?.storyId);
    await new Promise((done) => setTimeout(done, wait));
    if (mine !== told) return;
  }
}

const has = (id) => typeof id === "string" && Object.hasOwn(index.entries, id);

function story(id) {
  const { name, title, importPath, tags } = index.entries[id];
  const { args: initialArgs = {}, argTypes } = book.known.stories[id];
  return {
    id, name, title, tags, kind: title, story: name, componentId: id.slice(0, id.lastIndexOf("--")), importPath,
    parameters: { fileName: importPath }, globals: book.globals,
    initialArgs, args: changed.get(id) ?? initialArgs, argTypes: book.known.argTypes[argTypes] ?? {},
  };
}
const ids = () => Object.keys(index.entries).filter((id) => index.entries[id].type === "story");
const raw = () => index ? ids().map(story) : [];

// The variant of a story that has just the args that were chosen, if a matrix
// has rendered it. A prop that isn't given has its default.
function chosenVariant(id) {
  const { args, initialArgs, argTypes } = story(id);
  const text = (value) => typeof value === "string" ? value : JSON.stringify(value);
  const all = (props) => JSON.stringify(Object.keys(argTypes).map((name) =>
    text(props[name] === undefined ? argTypes[name].table.defaultValue?.summary : props[name])));
  if (all(args) === all(initialArgs)) return undefined;
  return book.known.stories[id].variants?.find(({ props }) => all({ ...initialArgs, ...props }) === all(args));
}

// The story with other args is made by the development server. Elsewhere it
// stays as it was built, or is one of its variants.
async function rendered(id, variant) {
  const { file, address } = book.known.stories[id];
  if (variant) return (await get(file.replace(/\.html$/, variant.suffix + ".html"))).text();
  if (!book.development || !changed.has(id)) return (await get(file)).text();
  const trial = new URL("_storytime/render", book.root);
  trial.searchParams.set("story", address);
  trial.searchParams.set("props", JSON.stringify(changed.get(id)));
  const response = await fetch(trial, { headers: { "X-Storytime": "1" }, cache: "no-store" });
  if (!response.ok) throw new Error("the story could not be rendered: status " + response.status);
  const answer = await response.json();
  if (answer.problems) {
    const text = new DOMParser().parseFromString(answer.problems, "text/html").body.textContent;
    throw Object.assign(new Error(text.replace(/\s+/g, " ").trim()), { name: "Problem" });
  }
  return answer.html;
}

async function render(id) {
  const mine = ++turn;
  const variant = book.development || !changed.has(id) ? undefined : chosenVariant(id);
  const tried = variant || book.development && changed.has(id); // its own failures are of other args
  const now = shown.story = story(id);
  const { file, skip, problems, failed } = book.known.stories[id];
  try {
    if (skip !== undefined) {
      book.clear();
      document.getElementById("storybook-root").textContent = skip;
    } else {
      const text = await rendered(id, variant);
      if (mine !== turn) return;
      if (!await book.show(text, new URL(file, book.root))) return;
    }
  } catch (error) {
    if (mine === turn) channel.emit("storyThrewException", { name: error.name, message: error.message, stack: error.stack });
    return;
  }
  if (problems && !tried) {
    channel.emit("storyErrored", { title: now.title + ": " + now.name + " has problems", description: problems });
  } else if (failed && !tried) {
    channel.emit("storyThrewException", { name: "CheckFailed", message: failed, stack: "" });
  } else {
    channel.emit("storyRendered", id);
    channel.emit("storyFinished", { storyId: id, status: "success", reporters: [] });
  }
}

function embed(id) {
  const mine = ++turn;
  const frame = document.createElement("iframe");
  frame.title = index.entries[id].title;
  frame.style.cssText = "position:fixed;inset:0;width:100%;height:100%;border:0";
  frame.addEventListener("load", () => {
    // Storybook has a sidebar of its own.
    frame.contentDocument?.documentElement.classList.add("side-hidden");
    if (mine === turn) channel.emit("docsRendered", id);
  }, { once: true });
  frame.src = new URL(book.known.docs[id], book.root);
  document.getElementById("storybook-docs").replaceChildren(frame);
}

async function select({ storyId: id, args } = {}) {
  const mine = ++turn;
  if (book.development) await load().catch(() => {}); // a story may be new
  if (mine !== turn) return;
  const docs = document.getElementById("storybook-docs");
  missing = has(id) ? null : { storyId: id };
  if (missing) {
    shown = null;
    book.clear();
    docs.hidden = true;
    channel.emit("storyMissing", id);
    return;
  }
  const viewMode = index.entries[id].type;
  shown = { id, viewMode, story: null, file: book.known.stories[id]?.file ?? book.known.docs[id] };
  docs.replaceChildren();
  docs.hidden = viewMode !== "docs";
  channel.emit("currentStoryWasSet", { storyId: id, viewMode });
  if (viewMode === "docs") {
    book.clear();
    channel.emit("docsPrepared", { id, parameters: {} });
    embed(id);
    return;
  }
  if (args) {
    const { initialArgs, argTypes } = story(id);
    const given = book.typed(args, argTypes);
    if (Object.keys(given).length) changed.set(id, { ...initialArgs, ...given });
  }
  const { parameters, argTypes, initialArgs, args: current } = story(id);
  channel.emit("storyPrepared", { id, parameters, argTypes, initialArgs, args: current });
  await render(id);
}

// Other args: those that are undefined are taken away.
function change(id, args) {
  if (!index || !has(id) || index.entries[id].type !== "story") return;
  changed.set(id, JSON.parse(JSON.stringify(args)));
  if (JSON.stringify(args) === JSON.stringify(story(id).initialArgs)) changed.delete(id);
  channel.emit("storyArgsUpdated", { storyId: id, args: story(id).args });
  if (shown?.id === id) render(id);
}

const again = () => { if (shown?.viewMode === "story") render(shown.id); };
const handlers = {
  setCurrentStory(choice) {
    told++; // it has been heard: something was chosen from it
    return select(choice);
  },
  updateStoryArgs: ({ storyId: id, updatedArgs }) => { if (has(id)) change(id, { ...story(id).args, ...updatedArgs }); },
  resetStoryArgs({ storyId: id, argNames }) {
    if (!has(id)) return;
    const { args, initialArgs } = story(id);
    const reset = { ...args };
    for (const name of argNames ?? Object.keys(args)) reset[name] = initialArgs[name];
    change(id, argNames ? reset : initialArgs);
  },
  updateGlobals({ globals }) {
    Object.assign(book.globals, globals);
    book.theme(book.globals.theme);
    channel.emit("globalsUpdated", { globals: book.globals, userGlobals: book.globals, storyGlobals: {}, initialGlobals });
  },
  forceReRender: again,
  forceRemount: again,
};
for (const [type, handle] of Object.entries(handlers)) {
  channel.on(type, async (...args) => {
    try {
      await ready;
    } catch (error) {
      channel.emit("storyThrewException", { name: error.name, message: "the site can't be read: " + error.message, stack: error.stack });
      return;
    }
    await handle(...args);
  });
}

const extract = async () => {
  await ready;
  return Object.fromEntries(raw().map((one) => [one.id, one]));
};
const store = {
  raw, extract,
  fromId: (id) => has(id) ? story(id) : null,
  loadStory: async ({ storyId: id }) => (await ready, has(id) ? story(id) : null),
  // They are all there from the beginning.
  cachedCSFFiles: {},
  async cacheAllCSFFiles() {
    await ready;
    for (const { importPath } of raw()) store.cachedCSFFiles[importPath] = {};
    return store.cachedCSFFiles;
  },
};
const preview = window.__STORYBOOK_PREVIEW__ = {
  channel, extract,
  ready: () => ready,
  storyStore: store,
  get currentRender() { return shown && { ...shown, story: shown.story ?? undefined }; },
  get currentSelection() { return shown && { storyId: shown.id, viewMode: shown.viewMode }; },
  // For the development server's script.
  get missing() { return missing; },
  get build() { return book.build; },
};

// What the page is to show when it is opened.
function begin() {
  preview.storyStoreValue = store;
  initialGlobals = { theme: book.known.theme };
  book.globals = { ...book.parse(query.get("globals")) };
  // Of a ref's globals Storybook wants to hear nothing.
  channel.emit("setGlobals", { globals: within ? {} : { ...initialGlobals, ...book.globals }, globalTypes: {} });
  channel.emit("previewInitialized");
  const id = query.get("id") ?? /^\/(?:story|docs)\/(.+)$/.exec(query.get("path"))?.[1];
  if (id && id !== "*") select({ storyId: id, args: book.trusted() ? book.parse(query.get("args")) : {} });
  if (within) tellIndex();
}

const drawn = new Promise((done) => {
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", done, { once: true });
  else done();
});
const ready = Promise.all([load(), drawn]).then(begin);
ready.then(book.settle, book.settle);
channel.emit("channelCreated");
