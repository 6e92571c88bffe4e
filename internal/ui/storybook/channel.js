// The channel, over which a client and this page tell each other what happens:
// one in the same window through the object below, one around it in messages
//
//	{key: "storybook-channel", event: {type, args, from}, refId}

const key = "storybook-channel";
const refId = new URLSearchParams(location.search).get("refId") ?? undefined;
const sender = Math.random().toString(16).slice(2);
const listeners = new Map();
const latest = new Map();

function on(type, listener) {
  if (!listeners.has(type)) listeners.set(type, new Set());
  listeners.get(type).add(listener);
}
function off(type, listener) {
  listeners.get(type)?.delete(listener);
}
function once(type, listener) {
  const first = function (...args) {
    off(type, first);
    return listener.apply(this, args);
  };
  on(type, first);
}

function hear(event) {
  latest.set(event.type, event.args);
  for (const listener of [...listeners.get(event.type) ?? []]) {
    try {
      listener.apply(event, event.args);
    } catch (error) {
      reportError(error);
    }
  }
}

// Storybook's page takes what it hears of a ref to be a change to what it last
// drew: of two that come at once it forgets the first. It gets time to draw.
const changes = ["setIndex", "currentStoryWasSet", "storyMissing", "storyPrepared", "docsPrepared", "storyArgsUpdated"];
// Whether the window around may hear anything is known once the index is.
let telling = book.loaded;
function emit(type, ...args) {
  const event = { type, args, from: sender };
  telling = telling.then(() => {
    tell(event);
    if (refId && changes.includes(type)) return new Promise((done) => setTimeout(done, 100));
  });
  hear(event);
}

// What a machine serves to itself is for its own pages: any page of the web
// could put a frame around it. What is elsewhere, everybody can read anyway.
const machine = /^(localhost|127(\.\d+){3}|\[::1\])$/;
function trusts(origin) {
  const ours = location.hostname;
  if (!book.development && !machine.test(ours) && !ours.endsWith(".localhost")) return true;
  try {
    const theirs = new URL(origin).hostname;
    return theirs === ours || machine.test(theirs);
  } catch {
    return false;
  }
}

const framed = window.parent !== window;
const around = location.ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin);
// Whether whoever shows this page may have something rendered.
book.trusted = () => !framed || trusts(around);

function tell(event) {
  if (!framed || !trusts(around)) return;
  const known = around && around !== "null";
  window.parent.postMessage(JSON.stringify({ key, event, refId }), known ? around : "*");
}

if (framed) {
  addEventListener("message", async ({ source, origin, data }) => {
    if (source !== window.parent) return;
    let message = data;
    if (typeof data === "string") {
      try {
        message = JSON.parse(data);
      } catch {
        return;
      }
    }
    if (message?.key !== key || typeof message.event?.type !== "string") return;
    await book.loaded;
    if (!trusts(origin)) return;
    const { type, args, from } = message.event;
    hear({ type, args: Array.isArray(args) ? args : [], from, source: origin });
  });
}

book.channel = {
  on, off, once, emit,
  addListener: on, removeListener: off, addPeerListener: on,
  removeAllListeners(type) {
    if (type === undefined) listeners.clear();
    else listeners.delete(type);
  },
  listeners: (type) => [...listeners.get(type) ?? []],
  listenerCount: (type) => listeners.get(type)?.size ?? 0,
  eventNames: () => [...listeners.keys()],
  last: (type) => latest.get(type),
};

// The names of the events, as clients look them up: STORY_RENDERED and so on.
const names = [
  "channelCreated", "setIndex", "setCurrentStory", "currentStoryWasSet", "forceReRender", "forceRemount",
  "storyPrepared", "docsPrepared", "storyChanged", "storyUnchanged", "storyRendered", "storyFinished", "storyMissing",
  "storyErrored", "storyThrewException", "storyRenderPhaseChanged", "playFunctionThrewException",
  "unhandledErrorsWhilePlaying", "updateStoryArgs", "storyArgsUpdated", "resetStoryArgs", "setGlobals", "updateGlobals",
  "globalsUpdated", "docsRendered", "previewInitialized", "storyIndexInvalidated",
];
const constant = (name) => name.replace(/[A-Z]/g, (letter) => "_" + letter).toUpperCase();
window.__STORYBOOK_MODULE_CORE_EVENTS__ = Object.fromEntries(names.map((name) => [constant(name), name]));
window.__STORYBOOK_ADDONS_CHANNEL__ = book.channel;
