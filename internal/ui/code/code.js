// What has to be done to a page's HTML, and to what comes into it later:
// a button on each block of code that copies it. The block scrolls sideways,
// so the button stands on a box around it.
const { el, copy } = storytime;
// What scrolls must be reachable with the keyboard, and what does not scroll
// must not be in its way.
const scrolling = new ResizeObserver((seen) => {
  for (const { target } of seen) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});

storytime.enhance = (root) => {
  for (const code of root.querySelectorAll("pre.code")) {
    if (code.parentElement.matches(".code-box")) continue;
    const box = el("div", { class: "code-box" });
    const title = code.parentElement.querySelector(":scope > figcaption")?.textContent;
    const button = el("button", { class: "copy", type: "button", "aria-label": title ? t("Copy {}").replace("{}", () => title) : t("Copy code") }, t("Copy"));
    button.addEventListener("click", () => copy(code.textContent));
    code.replaceWith(box);
    box.append(code, button);
  }
  for (const box of root.querySelectorAll("pre.code, .table-box, .prose table")) scrolling.observe(box);
};
storytime.enhance(document);
