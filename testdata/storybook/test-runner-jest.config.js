import { getJestConfig } from "@storybook/test-runner";

const config = getJestConfig();
// The browser of the machine, and none of Playwright's own.
config.testEnvironmentOptions["jest-playwright"].launchOptions = {
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
};
export default config;
