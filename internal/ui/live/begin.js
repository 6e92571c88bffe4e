// What all parts share. This one is no function of its own: where it returns,
// nothing of the rest happens.
"use strict";

// Once a document; and a story in a frame leaves everything to the page
// around it, unless that is none of ours.
const once = Symbol.for("storytime.live");
if (window[once]) return;
window[once] = true;
for (let at = window; at !== at.parent; at = at.parent) {
  try {
    if (at.parent.document.querySelector("script[src*='_storytime/']")) return;
  } catch {
    break;
  }
}

// Of the site: this script lies in its directory _storytime.
const live = { root: new URL("..", document.currentScript.src), styles: {} };
