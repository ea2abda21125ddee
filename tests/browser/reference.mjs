// The calendar and the catalogue: a file is refused or shows what it changes, and is taken by a second yes.
import { readFile } from "node:fs/promises";
import { noNotice, notice, streets } from "./files.mjs";
import { sent } from "./forms.mjs";

/// 热线工作机构
export async function reference(browser) {
  const page = await browser.signIn("rexianban");
  await browser.go(page, "/calendar");
  await sent(page, "/calendar/look", { file: noNotice });
  await browser.sees(page, "没有办成");
  await browser.look(page, "120-calendar-refused");
  await browser.go(page, "/calendar");
  await sent(page, "/calendar/look", { file: notice });
  await browser.sees(page, "新增 2027 年放假安排");
  await browser.look(page, "121-calendar-changes");
  await sent(page, "/calendar");
  await browser.sees(page, "示例〔2026〕8号");
  await browser.look(page, "122-calendar-imported");

  await browser.go(page, "/catalogue");
  await sent(page, "/catalogue/look", { from: "2020-01-01", document: "潍政办字〔2024〕9号", files: await streets() });
  await browser.sees(page, "没有办成");
  await browser.go(page, "/catalogue");
  await sent(page, "/catalogue/look", { from: "2025-01-01", document: "潍政办字〔2024〕9号", files: await streets() });
  await browser.sees(page, "示例街道");
  await browser.look(page, "123-catalogue-changes");
  await sent(page, "/catalogue");
  await browser.sees(page, "潍政办字〔2024〕9号");
  await browser.look(page, "124-catalogue-imported");
  // What was imported is what the next edition begins from.
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("a:has-text('streets.csv')")]);
  const text = await readFile(await file.path(), "utf8");
  if (!text.includes("示例街道")) browser.fault(page, `${file.suggestedFilename()} has not what was imported`);
  await page.context().close();
}

/// The tour, before anybody signed in and after; each of its links is a page.
export async function tour(browser) {
  const stranger = await browser.person();
  await browser.go(stranger, "/sign-in");
  await stranger.click("text=看导览");
  await stranger.waitForLoadState();
  await browser.look(stranger, "130-tour-stranger");
  await stranger.context().close();
  for (const name of ["huawu", "paidan", "kuiwen-cg", "shenhe", "rexianban", "zhishi", "quxian", "xitong", "shenji"]) {
    const page = await browser.signIn(name);
    await page.click(".side >> text=导览");
    await page.waitForLoadState();
    const links = await page.locator(".steps a").evaluateAll((all) => all.map((one) => one.getAttribute("href").replace("/console", "")));
    if (!links.length) browser.fault(page, `the tour leads ${name} nowhere`);
    for (const link of links) {
      const status = await browser.go(page, link);
      if (status !== 200) browser.fault(page, `${link}: ${status}`);
    }
    if (name === "rexianban") {
      await browser.go(page, "/tour");
      await browser.look(page, "131-tour");
    }
    await page.context().close();
  }
}
