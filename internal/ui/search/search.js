// What few pages need is loaded when somebody asks for it, and takes the
// action over: the search, and the help.
const { actions, el, href } = storytime;
for (const [action, file] of [["search", "find.js"], ["help", "help.js"]]) {
  actions[action] = () => {
    actions[action] = () => {};
    document.head.append(el("script", { src: href("_storytime/" + file) + storytime.version }));
  };
}
