// What an address says of args and globals: "text:Save;count:!null;items[0]:a".

// Words that are no text begin with an exclamation mark.
const words = { "!true": true, "!false": false, "!null": null, "!undefined": undefined };
function value(text) {
  if (Object.hasOwn(words, text)) return words[text];
  const [, name, inner] = /^!(date|hex|rgba?|hsla?)\((.*)\)$/.exec(text) ?? [];
  if (name === "hex") return "#" + inner;
  if (name === "date") return inner.replace(/T00:00:00(\.000)?Z$/, "");
  return name ? name + "(" + inner + ")" : text;
}

// Numbers in a path are places in a list.
function put(into, path, what) {
  const [name, ...rest] = path;
  if (!rest.length) {
    into[name] = what;
    return;
  }
  if (!Object.hasOwn(into, name) || typeof into[name] !== "object" || into[name] === null) {
    into[name] = /^\d+$/.test(rest[0]) ? [] : {};
  }
  put(into[name], rest, what);
}

book.parse = (text) => {
  const found = {};
  for (const part of (text ?? "").split(";")) {
    const colon = part.indexOf(":");
    const path = part.slice(0, Math.max(colon, 0)).split(/[.[\]]+/).filter(Boolean);
    // A list has no more places than an address may name.
    const odd = (name) => name === "__proto__" || /^\d{4,}$/.test(name);
    if (path.length && !path.some(odd)) put(found, path, value(part.slice(colon + 1)));
  }
  return found;
};

// What an address has as text may be meant as a number or a truth. What the
// story does not take is left out.
book.typed = (args, argTypes) => {
  const typed = {};
  for (const [name, given] of Object.entries(args)) {
    if (!Object.hasOwn(argTypes, name)) continue;
    const type = argTypes[name].type.name;
    typed[name] = given;
    if (typeof given !== "string") continue;
    if (type === "boolean") typed[name] = given === "true";
    if (type === "number" && given.trim() && !isNaN(given)) typed[name] = Number(given);
  }
  return typed;
};
