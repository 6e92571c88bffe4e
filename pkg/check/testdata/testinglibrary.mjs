// Answers what Testing Library finds: standard input is a JSON list of
// {html, queries: [[kind, text, flags]]}, standard output one list of element
// numbers for each query; 0 is the container, -1 an error. The argument is the
// directory with node_modules.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(join(process.argv[2], "package.json"));
const { JSDOM } = require("jsdom");
const dom = new JSDOM("<!doctype html><body></body>");
for (const name of ["window", "document", "Node", "Element", "HTMLElement", "MutationObserver"]) {
	globalThis[name] = name === "window" ? dom.window : dom.window[name];
}
const { queries } = require("@testing-library/dom");
const functions = {
	text: queries.queryAllByText,
	label: queries.queryAllByLabelText,
	placeholder: queries.queryAllByPlaceholderText,
	alt: queries.queryAllByAltText,
	title: queries.queryAllByTitle,
	value: queries.queryAllByDisplayValue,
	testid: queries.queryAllByTestId,
};
const answers = JSON.parse(readFileSync(0, "utf8")).map(({ html, queries: asked }) => {
	document.body.innerHTML = "<div></div>";
	const container = document.body.firstChild;
	container.innerHTML = html;
	const elements = [container, ...container.querySelectorAll("*")];
	return asked.map(([kind, text, flags]) => {
		try {
			const found = functions[kind](container, flags === undefined ? text : new RegExp(text, flags));
			return found.map((e) => elements.indexOf(e)).sort((a, b) => a - b);
		} catch (error) {
			return [-1, String(error)];
		}
	});
});
process.stdout.write(JSON.stringify(answers));
