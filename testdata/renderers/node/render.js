// Renders the components of this catalog, for Storytime. A component is a
// module whose default export is a function of its props that returns HTML.
const readline = require("node:readline");
const { pathToFileURL } = require("node:url");

async function answer({ id, file, props, children }) {
  try {
    const component = (await import(pathToFileURL(file))).default;
    return { id, html: await component({ ...props, children: children ?? "" }) };
  } catch (error) {
    return { id, error: { message: error.message, detail: error.stack } };
  }
}

readline.createInterface({ input: process.stdin }).on("line", async (line) => {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
});
