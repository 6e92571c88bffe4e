// Sent after storybook.js by the development server only: what iframe.html
// shows follows the catalog. pkg/serve says what is said over the socket.
"use strict";

const root = new URL("..", document.currentScript.src);
const preview = window.__STORYBOOK_PREVIEW__;
const { channel } = preview;
let socket = null;
let token = null;
let build = 0; // the newest that was heard of
let wait = 250;

// The files of the site that are in use, the story's own first.
function files() {
  const names = new Set(["_storytime/storybook.json", "index.json"]);
  const file = preview.currentRender?.file;
  const used = [...file ? [new URL(file, root).href] : [], ...performance.getEntriesByType("resource").map(({ name }) => name)];
  for (const address of used) {
    const plain = address.split(/[?#]/)[0];
    if (plain.startsWith(root.href)) names.add(decodeURIComponent(plain.slice(root.href.length)));
  }
  return [...names].slice(0, 400);
}

function show() {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "show", build, files: files() }));
}

// To choose it once more reads the index, and what there is to know of it.
function again() {
  const { storyId, viewMode } = preview.currentSelection ?? preview.missing ?? {};
  if (storyId) channel.emit("setCurrentStory", { storyId, viewMode });
}

async function connect() {
  try {
    const response = await fetch(new URL("_storytime/live", root), { cache: "no-store" });
    if (!response.ok) throw new Error("status " + response.status);
    const now = await response.json();
    if (token && now.token !== token) return location.reload(); // another server
    token = now.token;
    build ||= preview.build;
    const address = new URL("_storytime/live?token=" + encodeURIComponent(token), root);
    address.protocol = location.protocol.replace("http", "ws");
    socket = new WebSocket(address);
  } catch {
    return retry();
  }
  socket.onopen = () => { wait = 250; show(); };
  socket.onclose = retry;
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === "reload") location.reload();
    if (message.type !== "build") return;
    build = message.build;
    again();
  };
}

function retry() {
  wait = Math.min(wait * 2, 5000);
  setTimeout(connect, wait);
}

for (const type of ["storyRendered", "storyErrored", "storyThrewException", "docsRendered", "storyMissing"]) channel.on(type, show);
preview.ready().then(connect, connect);
