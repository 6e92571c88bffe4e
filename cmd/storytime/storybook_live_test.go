//go:build unix

package main

import (
	"testing"
)

// TestStorybookInDevelopment is what Storybook's clients see of a catalog that
// is being edited.
func TestStorybookInDevelopment(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	l := serveLive(t, lively)
	base := "http://" + l.addr + "/"

	tab := openBook(t, b, base, "?id=actions-button--primary&args=text:Buy;count:3&globals=theme:dark")
	eventually(t, tab.page, `document.querySelector(".button")?.textContent === "Buy 3"`)
	tab.run(`window.same = 1; return "x"`)
	tab.is(`storyArgsUpdated storyRendered storyFinished|Sell 4|one|dark`, `
		const seen = await until(() => channel.emit("updateStoryArgs", { storyId: "actions-button--primary", updatedArgs: { text: "Sell", count: 4 } }));
		return [names(seen), $(".button").textContent, $("i").textContent, $("html").dataset.theme].join("|")`)
	tab.is(`storyArgsUpdated storyThrewException|Problem|true|Sell 4`, `
		const seen = await until(() => channel.emit("updateStoryArgs", { storyId: "actions-button--primary", updatedArgs: { count: "many" } }));
		const { name, message } = seen.at(-1)[1];
		return [names(seen), name, message.includes("count"), $(".button").textContent].join("|")`)
	tab.is(`storyFinished|Save `, `
		const seen = await until(() => channel.emit("resetStoryArgs", { storyId: "actions-button--primary" }));
		return [seen.at(-1)[0], $(".button").textContent].join("|")`)

	// What is saved is shown, and is wrong as soon as it is; what is new is there.
	l.replace("actions/button/button.html", "<button", "<button data-new")
	eventually(t, tab.page, `document.querySelector(".button[data-new]")`)
	tab.run(`window.last = ""; for (const type of ends) channel.on(type, () => { window.last = type; }); return "x"`)
	l.replace("actions/button/button.stories.md", "text: Save", "tekst: Save")
	eventually(t, tab.page, `window.last === "storyErrored"`)
	l.save("actions/button/button.stories.md", lively["actions/button/button.stories.md"]+"\n## Second\n\n```yaml story\nprops: {text: Again}\ncheck: {text: Nothing}\n```\n")
	eventually(t, tab.page, `window.last === "storyFinished"`)
	l.settle()
	tab.is(`storyThrewException|Again `, `return [(await show("actions-button--second")).at(-1)[0], $(".button").textContent].join("|")`)
	tab.is("1", `return window.same`)
}
