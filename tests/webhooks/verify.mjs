// Verifies deliveries as a receiver does, with `standardwebhooks` from npm: the same as verify.py, which
// says what comes in and goes out.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

const wanted = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
const tools = process.env.CHUISHAO_TOOLS || join(cache, "chuishao", "tools");
const folder = join(tools, `standardwebhooks-npm-${wanted.dependencies.standardwebhooks}`);
const { Webhook, WebhookVerificationError } = createRequire(join(folder, "package.json"))("standardwebhooks");

function said(secret, headers, body) {
  try {
    const document = new Webhook(secret).verify(body, headers);
    return `accepted ${document.id}`;
  } catch (refused) {
    if (refused instanceof WebhookVerificationError) return refused.message;
    throw refused;
  }
}

const deliveries = JSON.parse(readFileSync(0, "utf8"));
const answers = deliveries.map(({ secret, headers, body }) => said(secret, headers, Buffer.from(body)));
process.stdout.write(JSON.stringify(answers));
