// The provider that the tests sign in by (oidc-provider, npm, pinned with all that it stands on), installed
// once into the user's folder of tools, as what rules are built with. `node tests/oidc/tool.mjs` installs it;
// after that no network is needed.

import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const { dependencies } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
const tools = process.env.CHUISHAO_TOOLS || join(cache, "chuishao", "tools");
const folder = join(tools, `oidc-provider-${dependencies["oidc-provider"]}`);

// The module that a program loads.
export const provider = join(folder, "node_modules", "oidc-provider", "lib", "index.js");

function install() {
  if (existsSync(folder)) return;
  console.log(`安装 oidc-provider 到 ${folder}（只在第一次） installing, once`);
  // Whole or not at all.
  const beside = `${folder}.new-${process.pid}`;
  mkdirSync(beside, { recursive: true });
  try {
    for (const file of ["package.json", "package-lock.json"]) copyFileSync(join(here, file), join(beside, file));
    const how = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
    execFileSync("npm", how, { cwd: beside, stdio: "inherit" });
    renameSync(beside, folder);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) install();
