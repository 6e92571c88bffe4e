// Shows a story in any page, as high as it is. The page has
//
//	<script src="…/_storytime/embed.js" data-story="forms/field/field--email.html"></script>
//
// where the frame belongs. data-theme, data-background and data-dir are what
// the toolbar of the workshop offers, and data-title is the frame's title.
const script = document.currentScript;
const { story = "", title = "Story", ...settings } = script.dataset;
const address = new URL("../" + story, script.src);
for (const key of ["theme", "background", "dir"]) if (settings[key]) address.searchParams.set(key, settings[key]);
const frame = document.createElement("iframe");
frame.title = title;
frame.src = address;
frame.loading = "lazy";
frame.style.cssText = "display: block; inline-size: 100%; border: 0; color-scheme: light";
script.after(frame);
addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow || event.data?.storytime !== "height") return;
  if (event.data.height > 0) frame.style.blockSize = event.data.height + "px";
});
