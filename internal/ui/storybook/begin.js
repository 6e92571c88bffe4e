// What all parts share.
"use strict";

const book = { development: false, build: 0, known: null, globals: {} };
// Of the site: this script lies in its directory _storytime.
book.root = new URL("..", document.currentScript.src).href;
book.loaded = new Promise((done) => { book.settle = done; });
