// The city that the day is worked in: the main command's own first minutes, with the passwords that it
// prints; and a private PostgreSQL for it.
import { spawn, execFileSync } from "node:child_process";
import { mkdir, readdir, chown } from "node:fs/promises";
import { join } from "node:path";

/// Waits for a line that a program prints.
function said(child, wanted, what) {
  let text = "";
  return new Promise((resolve, reject) => {
    child.stdout.on("data", (data) => {
      text += data;
      const found = wanted(text);
      if (found) resolve(found);
    });
    child.stderr.on("data", (data) => (text += data));
    child.on("exit", (code) => reject(new Error(`${what} ended with ${code}:\n${text}`)));
  });
}

/// The console of an invented city, with an account for each post.
export async function startCity(program, data, database) {
  const args = ["demo", "--console", "--port", "0", "--tickets", "900", "--data", data];
  if (database) args.push("--database", database);
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const found = await said(
    child,
    (text) => {
      if (!text.includes("Ctrl-C")) return null;
      const base = text.match(/控制台 (http:\/\/[^/]+)\/console/)[1];
      const accounts = [...text.matchAll(/^ {2}(\S+) +([a-z0-9]{4}(?:-[a-z0-9]{4}){3}) /gm)];
      return { base, passwords: Object.fromEntries(accounts.map(([, name, word]) => [name, word])) };
    },
    "chuishao demo",
  );
  const stop = () => new Promise((resolve) => (child.on("exit", resolve), child.kill("SIGTERM")));
  return { ...found, stop };
}

/// Below the ports that the system gives to whoever asks for any.
const somePort = () => 20000 + Math.floor(Math.random() * 12768);

/// Another port when somebody has this one.
const MOST_STARTS = 5;

/// Waits until it takes connections; false when it has ended instead.
async function isReady(program, folder, port, server) {
  for (let tries = 0; server.exitCode === null; tries++) {
    try {
      execFileSync(program, ["-h", folder, "-p", String(port)], { stdio: "ignore" });
      return true;
    } catch (error) {
      if (tries > 600) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return false;
}

/// A cluster of its own on the loopback. PostgreSQL refuses to run as root: then as who nobody is.
export async function startPostgres(folder) {
  const [version] = (await readdir("/usr/lib/postgresql")).sort((a, b) => b - a);
  const bin = (name) => `/usr/lib/postgresql/${version}/bin/${name}`;
  await mkdir(folder, { recursive: true });
  let who = {};
  if (process.getuid() === 0) {
    const id = (flag) => Number(execFileSync("id", [flag, "nobody"]).toString());
    who = { uid: id("-u"), gid: id("-g") };
    await chown(folder, who.uid, who.gid);
    execFileSync("chmod", ["711", join(folder, "..")]);
  }
  const data = join(folder, "data");
  const options = { stdio: "ignore", cwd: folder, ...who };
  execFileSync(bin("initdb"), ["-D", data, "-U", "chuishao", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C"], options);
  for (let starts = 1; starts <= MOST_STARTS; starts++) {
    const port = somePort();
    const server = spawn(bin("postgres"), ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", folder], options);
    const ended = new Promise((resolve) => server.on("exit", resolve));
    // Through its own folder: on the port somebody else may answer.
    if (!(await isReady(bin("pg_isready"), folder, port, server))) continue;
    const stop = () => (server.kill("SIGINT"), ended);
    return { url: `postgres://chuishao@127.0.0.1:${port}/postgres`, stop };
  }
  throw new Error("PostgreSQL does not start");
}
