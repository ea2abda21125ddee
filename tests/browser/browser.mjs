// One browser that notices what must not happen: a script error, a line in the console, a request to
// an outside address, a page that axe finds serious faults in; and keeps a picture of every page.
import { chromium } from "playwright-core";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { join } from "node:path";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const DESKTOP = { width: 1366, height: 768 };
export const PHONE = { width: 390, height: 844 };

export class Browser {
  faults = [];
  pages = 0;

  static async start(city, shots) {
    const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
    const self = new Browser();
    // No sandbox of its own: in a container root has none to give, and every page is ours.
    self.browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--lang=zh-CN"], env: { ...process.env, LANGUAGE: "zh_CN" } });
    self.city = city;
    self.shots = shots;
    await mkdir(shots, { recursive: true });
    return self;
  }

  async close() {
    await this.browser.close();
  }

  fault(page, what) {
    this.faults.push(`${page.url().replace(this.city.base, "")}: ${what}`);
  }

  /// Somebody at the door, with a browser that nobody else uses.
  async person(options = {}) {
    const context = await this.browser.newContext({ viewport: DESKTOP, locale: "zh-CN", timezoneId: "Asia/Shanghai", ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on("console", (line) => {
      // What the server refuses on purpose, the browser writes down as an error.
      if (["error", "warning"].includes(line.type()) && !/status of (4\d\d)/.test(line.text())) this.fault(page, `console: ${line.text()}`);
    });
    page.on("pageerror", (error) => this.fault(page, `script: ${error.message}`));
    page.on("request", (request) => {
      if (!request.url().startsWith(`${this.city.base}/`) && !request.url().startsWith("data:")) this.fault(page, `outside: ${request.url()}`);
    });
    page.on("response", (answer) => {
      if (answer.status() >= 500) this.fault(page, `${answer.status()} ${answer.url()}`);
    });
    return page;
  }

  /// Signs in with what the first start printed.
  async signIn(name, options) {
    const page = await this.person(options);
    await page.goto(`${this.city.base}/console/sign-in`);
    await page.fill("#name", name);
    await page.fill("#password", this.city.passwords[name]);
    await page.click("main button[type=submit]:not(.link)");
    await page.waitForURL(`${this.city.base}/console`);
    return page;
  }

  async go(page, path) {
    const answer = await page.goto(`${this.city.base}/console${path}`);
    return answer.status();
  }

  /// Keeps a picture of the page and has it looked over.
  async look(page, name) {
    this.pages += 1;
    await page.screenshot({ path: join(this.shots, `${name}.png`), fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 1) this.fault(page, `${name}: the page is ${wide} px too wide`);
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    for (const { id, impact, nodes } of found.violations) {
      if (["serious", "critical"].includes(impact)) {
        this.fault(page, `${name}: axe ${id} (${impact}), ${nodes.length}: ${nodes[0].html.slice(0, 160)}`);
      }
    }
  }

  /// Tables that have room on this screen do not scroll sideways.
  async fits(page, name) {
    const wide = await page.evaluate(() => [...document.querySelectorAll(".scroll")].map((place) => place.scrollWidth - place.clientWidth).filter((by) => by > 1));
    if (wide.length) this.fault(page, `${name}: tables are ${wide.join(", ")} px wider than their place`);
  }

  /// What must stand on the page.
  async sees(page, text) {
    const body = await page.textContent("body");
    if (!body.includes(text)) this.fault(page, `「${text}」 is not on the page`);
  }
}
