// The runner asks for this file, and for a framework and stories in it. Which
// stories there are, it takes from the site's index.json.
export default {
  framework: "storytime",
  stories: ["./*.stories.js"],
  core: { disableTelemetry: true },
};
