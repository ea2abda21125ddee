// A real provider of sign-ins for the tests (OpenID Connect), with one client and invented people: whoever
// types a name is that person. Called with a port (0: any free one), and for HTTPS with the files of its
// certificate and key; says its address on standard output, and ends when its standard input does.

import { generateKeyPairSync, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { pathToFileURL } from "node:url";
import { provider } from "./tool.mjs";

const [port, certificate, secret] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(provider));

// New at each start, so that a provider that comes again signs with a key that nobody has seen.
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: "RS256" };

// What is said of somebody: of one person no name.
function claimsOf(login) {
  return login === "without.name" ? { sub: login } : { sub: login, preferred_username: login, account: login };
}

const configuration = {
  clients: [
    {
      client_id: "chuishao",
      client_secret: "an invented secret",
      // Of an application on this machine the port is not compared.
      application_type: "native",
      redirect_uris: ["http://127.0.0.1/console/sign-in/single-sign-on"],
    },
  ],
  jwks: { keys: [key] },
  // `account` stands in the token, what a profile says is asked for beside it.
  claims: { openid: ["sub", "account"], profile: ["preferred_username"], email: ["email"] },
  cookies: { keys: [randomUUID()] },
  findAccount: (_, login) => ({ accountId: login, claims: () => claimsOf(login) }),
  pkce: { required: () => true },
  ttl: { Session: 600, Interaction: 600, Grant: 600, AuthorizationCode: 60, IdToken: 600, AccessToken: 600 },
};

const [scheme, server] = certificate
  ? ["https", createSecureServer({ cert: readFileSync(certificate), key: readFileSync(secret) })]
  : ["http", createServer()];
server.listen(Number(port), "127.0.0.1", () => {
  const issuer = `${scheme}://127.0.0.1:${server.address().port}`;
  server.on("request", new Provider(issuer, configuration).callback());
  console.log(issuer);
});

process.stdin.on("end", () => process.exit()).resume();
