// A subject's page: its theme, and a table of contents that follows.
const { frames, session } = storytime;
const page = document.querySelector(".page-subject");
if (page) {
  const theme = document.getElementById("st-theme");
  if (theme) {
    const show = (name) => {
      theme.value = name;
      frames.set({ theme: name });
    };
    theme.addEventListener("change", () => {
      session.set("theme", theme.value);
      show(theme.value);
    });
    const chosen = session.get("theme");
    if ([...theme.options].some((option) => option.value === chosen)) show(chosen);
  }

  const toc = page.querySelector(".toc");
  if (toc) {
    const wide = matchMedia("(min-width: 80rem)");
    const open = () => { toc.open = wide.matches; };
    wide.addEventListener("change", open);
    open();

    const heading = (link) => document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const mark = () => {
      const links = [...toc.querySelectorAll("a")];
      // The last heading in the upper quarter, or above, is the one being read.
      const line = innerHeight / 4;
      const reading = links.findLast((link) => (heading(link)?.getBoundingClientRect().top ?? Infinity) < line) ?? links[0];
      for (const link of links) {
        if (link === reading) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    };
    let waiting = 0;
    addEventListener("scroll", () => {
      waiting ||= requestAnimationFrame(() => { waiting = 0; mark(); });
    }, { passive: true });
    mark();
  }
}
