// A day's work of each post, in a real browser against the real binary, on SQLite and on PostgreSQL:
//   node tests/browser/main.mjs --program target/debug/chuishao [--only sqlite] [--shots target/browser]
// Every page is kept as a picture and looked over by axe. A script error, a line in the browser's
// console, a request to an outside address or a serious fault of accessibility is a failure.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Browser } from "./browser.mjs";
import { startCity, startPostgres } from "./city.mjs";
import { day } from "./day.mjs";

const { values } = parseArgs({
  options: {
    program: { type: "string" },
    only: { type: "string" },
    shots: { type: "string", default: "target/browser" },
  },
});
if (!values.program) throw new Error("--program: which chuishao");

const kinds = values.only ? [values.only] : ["sqlite", "postgres"];
let failed = 0;

/// A day on one database.
async function lived(kind) {
  const folder = await mkdtemp(join(tmpdir(), "chuishao-browser-"));
  const closing = [];
  try {
    const postgres = kind === "postgres" ? await startPostgres(join(folder, "postgres")) : null;
    if (postgres) closing.push(() => postgres.stop());
    const city = await startCity(resolve(values.program), join(folder, "data"), postgres?.url);
    closing.push(() => city.stop());
    const browser = await Browser.start(city, join(values.shots, kind));
    closing.push(() => browser.close());
    await day(city, browser).catch((error) => browser.faults.push(`the day broke off: ${error.stack}`));
    for (const fault of browser.faults) console.error(`  ✗ ${kind} ${fault}`);
    failed += browser.faults.length;
    console.log(`== ${kind}: ${browser.pages} pages, ${browser.faults.length} faults`);
  } finally {
    for (const close of closing.reverse()) await close();
    await rm(folder, { recursive: true, force: true });
  }
}

// Side by side: a browser waits for its server most of the time.
const ends = await Promise.allSettled(kinds.map(lived));
for (const end of ends) if (end.status === "rejected") throw end.reason;
if (failed) {
  console.error(`${failed} faults`);
  process.exit(1);
}
