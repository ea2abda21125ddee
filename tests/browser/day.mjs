// The day: a call is taken, dispatched, handled, reviewed, followed up; a rule is submitted, approved,
// tried and rolled back; figures are read; topics are discussed, answers are written, files are imported;
// accounts are made and the audit log is searched.
import { chosen, signedIn } from "./accounts.mjs";
import { PHONE } from "./browser.mjs";
import { deed } from "./forms.mjs";
import { kept } from "./kept.mjs";
import { knowledge } from "./knowledge.mjs";
import { reference, tour } from "./reference.mjs";
import { campaign, topics, woundUp } from "./topics.mjs";

export async function day(city, browser) {
  const ticket = await callTaken(browser, city);
  await handled(browser, ticket);
  await kept(browser);
  const underWay = await figures(browser, ticket);
  await topics(browser, city, ticket);
  await knowledge(browser);
  await reference(browser);
  await tour(browser);
  await rules(browser, ticket);
  await administration(browser, city);
  await otherScreens(browser, ticket);
  await woundUp(browser, city, underWay);
}

/// 话务员, 派单员
async function callTaken(browser, city) {
  const stranger = await browser.person();
  await browser.go(stranger, "");
  await browser.look(stranger, "01-sign-in");
  await stranger.fill("#name", "huawu");
  await stranger.fill("#password", "not the password");
  await stranger.keyboard.press("Enter");
  await stranger.waitForSelector("[role=alert]");
  await browser.look(stranger, "02-sign-in-failed");
  await stranger.context().close();

  const page = await browser.signIn("huawu");
  await browser.look(page, "03-home-call-taker");
  await page.click("text=接听登记");
  await page.fill("#title", "虞河花园 3 号楼暖气不热");
  await page.fill("#body", "来电人反映虞河花园 3 号楼整个单元暖气不热，室温 14 度，家中有老人，多次联系供热公司无人上门。");
  await page.selectOption("#place-territory", "370705");
  await page.selectOption("#place-street", { index: 1 });
  await page.fill("#place-estate", "虞河花园");
  await page.waitForSelector("#suggestions .chips button");
  const heating = page.locator('#suggestions .chips button[data-value^="01"]').first();
  await heating.click();
  await page.waitForFunction(() => document.getElementById("category").value !== "");
  await page.fill("#caller-name", "周演示");
  await page.fill("#caller-phone", "13800000001");
  await page.waitForSelector("#suggestions:has-text('本地规则会要求')");
  await browser.look(page, "04-call-with-suggestions");
  await Promise.all([page.waitForNavigation(), page.click("main form button:has-text('登记')")]);
  const ticket = page.url().split("/").pop();
  await browser.sees(page, "现在可以办理");
  await browser.look(page, "05-ticket-registered");
  if (await page.locator('form[action$="/commands/fill-in"]').count()) {
    const asked = {};
    for (const field of await page.locator('form[action$="/commands/fill-in"] input:not([type=hidden])').all()) {
      const [name, type] = [await field.getAttribute("name"), await field.getAttribute("type")];
      asked[name] = type === "radio" ? "true" : type === "number" ? "14" : type === "date" ? "2024-11-05" : "3 号楼";
    }
    await deed(page, "fill-in", asked);
  }
  const unanswered = await page.locator('form[action$="/commands/accept"] [name=unanswered]').count();
  await deed(page, "accept", unanswered ? { unanswered: "来电人不清楚，电话中断" } : {});
  await browser.sees(page, "待派遣");
  await browser.look(page, "06-ticket-accepted");

  const dispatcher = await browser.signIn("paidan");
  await browser.look(dispatcher, "07-home-dispatcher");
  await browser.go(dispatcher, "/queue");
  await browser.look(dispatcher, "08-queue");
  await dispatcher.fill("#find", ticket);
  await Promise.all([dispatcher.waitForNavigation(), dispatcher.press("#find", "Enter")]);
  await deed(dispatcher, "dispatch", { lead_unit: "370705-CG", assisting_units: ["370705-ZJ"] });
  await browser.sees(dispatcher, "办理中");
  await browser.look(dispatcher, "09-ticket-dispatched");
  await Promise.all([page.context().close(), dispatcher.context().close()]);
  return ticket;
}

/// 承办单位, 市级行业主管部门, 审核员, 回访员
async function handled(browser, ticket) {
  const unit = await browser.signIn("kuiwen-cg");
  await browser.look(unit, "10-home-unit");
  await browser.go(unit, `/tickets/${ticket}`);
  await deed(unit, "take-up");
  await unit.locator("summary:has-text('查看明文')").click();
  const unmask = unit.locator('form[action*="/unmask"]');
  await unmask.locator("[name=purpose]").selectOption("contact-caller");
  await unmask.locator("[name=words]").fill("联系来电人核实室温");
  await Promise.all([unit.waitForNavigation(), unmask.locator("button[type=submit]").click()]);
  await browser.sees(unit, "13800000001");
  await browser.look(unit, "11-caller-in-clear");
  await unit.click("text=回到工单");
  await deed(unit, "record-contact", { words: "已电话联系，约定当天下午上门测温" });
  await browser.look(unit, "12-ticket-unit");

  const department = await browser.signIn("shi-cg");
  await browser.look(department, "13-home-department");
  await browser.go(department, `/tickets/${ticket}`);
  await deed(department, "take-up-copy");
  await deed(department, "supervise", { kind: "urge", target: "370705-CG", words: "请当天解决并回复" });
  await browser.look(department, "14-ticket-department");

  await browser.go(unit, `/tickets/${ticket}`);
  await deed(unit, "report-back", { contacted: "true", solved: "true", result: "更换分户阀门，室温升至 20 度，来电人认可。", evidence_count: "2" });
  const reviewer = await browser.signIn("shenhe");
  await browser.look(reviewer, "15-home-reviewer");
  await browser.go(reviewer, `/tickets/${ticket}`);
  await deed(reviewer, "review", { passed: "true" });
  await reviewer.click("text=一案一档");
  await reviewer.waitForLoadState();
  await browser.look(reviewer, "16-dispute-file");

  const caller = await browser.signIn("huifang");
  await browser.look(caller, "17-home-follow-up");
  await browser.go(caller, `/tickets/${ticket}`);
  await deed(caller, "follow-up", { reached: "true", solved: "true", satisfied: "true", opinion: "暖气热了，满意" });
  await browser.sees(caller, "已办结");
  await browser.look(caller, "18-ticket-closed");
  const opened = caller.locator(".timeline details").first();
  if (await opened.count()) {
    await opened.locator("summary").click();
    await browser.look(caller, "19-rule-opened");
    await opened.locator("a").first().click();
    await caller.waitForLoadState();
    await browser.sees(caller, "重放一致");
    await browser.look(caller, "20-decision-replayed");
  } else {
    browser.fault(caller, "no rule spoke in the timeline");
  }
  for (const page of [unit, department, reviewer, caller]) await page.context().close();
}

/// 热线工作机构; where the campaign stands that it launches.
async function figures(browser, ticket) {
  const page = await browser.signIn("rexianban");
  await browser.look(page, "30-home-office");
  const shown = [
    ["/reports", "31-report-period"],
    ["/reports?kind=high-frequency&period=2024-10", "32-report-high-frequency"],
    ["/reports?kind=ageing", "33-report-ageing"],
    ["/reports?kind=first-response&period=2024-10&minutes=240", "34-report-first-response"],
    ["/reports?kind=monthly-list&period=2024-10", "35-report-monthly-list"],
    ["/scores?subject=370705&period=2024-10", "36-score-sheet"],
    ["/scores/line?subject=370705&period=2024-10&indicator=resolution-rate", "37-score-line"],
    [`/scores/tickets/${ticket}`, "38-both-sides"],
    ["/publications?period=2024-10", "39-publications"],
    ["/appeals", "40-appeals"],
    ["/topics?day=2024-11-05", "41-topics"],
    ["/campaigns", "42-campaigns"],
    ["/reviews?territory=370705", "43-reviews"],
    ["/units?q=奎文", "44-units"],
    ["/categories?q=供暖", "45-categories"],
    ["/calendar", "46-calendar"],
    ["/catalogue", "46b-catalogue"],
    ["/operations", "47-operations"],
  ];
  for (const [path, name] of shown) {
    const status = await browser.go(page, path);
    if (status !== 200) browser.fault(page, `${name}: ${status}`);
    await browser.look(page, name);
    await browser.fits(page, name);
  }
  await browser.go(page, "/reports");
  await page.emulateMedia({ media: "print" });
  await page.screenshot({ path: `${browser.shots}/48-report-printed.png`, fullPage: true });
  await page.emulateMedia({ media: "screen" });
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("text=导出 Excel")]);
  if (!file.suggestedFilename().endsWith(".xlsx")) browser.fault(page, `the export is ${file.suggestedFilename()}`);
  await browser.go(page, "/campaigns");
  await page.fill("#title", "百日攻坚行动");
  await page.fill("#starts_on", "2024-11-06");
  await Promise.all([page.waitForNavigation(), page.click("button:has-text('启动')")]);
  await browser.look(page, "49-campaign");
  const underWay = await campaign(browser, page);
  // What is not this post's is refused, in words.
  const refused = await browser.go(page, "/accounts");
  if (refused !== 403) browser.fault(page, `accounts: ${refused} and not 403`);
  await browser.look(page, "50-refused");
  await browser.go(page, "/no-such-page");
  await browser.look(page, "51-no-page");
  await page.context().close();
  return underWay;
}

/// 区县信息技术人员, 市平台运维
async function rules(browser, ticket) {
  const county = await browser.signIn("quxian");
  await browser.look(county, "60-home-county");
  await browser.go(county, "/plugins");
  await browser.look(county, "61-plugins");
  // What the city has act everywhere stands there, too.
  await county.locator('[data-rows] a[href*="/plugins/370705/"]').first().click();
  await county.waitForLoadState();
  const address = new URL(county.url()).pathname.replace("/console", "");
  await browser.look(county, "62-plugin");
  await browser.go(county, "/packages");
  await browser.look(county, "63-packages");
  await county.locator("text=设置并提交").first().click();
  await county.waitForLoadState();
  await browser.look(county, "64-settings");
  const own = await county.locator("[name=territory] option").first();
  if (await own.count()) {
    await county.fill("[name=note]", "按专题会议要求调整");
    await Promise.all([county.waitForNavigation(), county.click("button:has-text('提交市平台审批')")]);
    await browser.look(county, "65-submitted");
  }

  const city = await browser.signIn("yunwei");
  await browser.look(city, "66-home-city");
  await browser.go(city, address);
  const approve = city.locator('form[action*="/commands/approve-"]').first();
  if (await approve.count()) {
    const key = (await approve.getAttribute("action")).split("/").pop();
    const number = key.split("-").pop();
    await deed(city, key, { opinion: "同意试用" });
    await deed(city, `shadow-${number}`);
    await browser.look(city, "67-shadow");
    await browser.go(city, `${address}/shadow/${number}`);
    await browser.look(city, "68-shadow-results");
    await browser.go(city, address);
    await deed(city, `canary-${number}`, { "on.share": "50" });
    await browser.look(city, "69-canary");
    await deed(city, `switch-on-${number}`);
    await deed(city, "roll-back", { reason: "演示回退" });
    await browser.look(city, "70-rolled-back");
  }
  await browser.go(city, `${address}/impact`);
  await city.fill("#from", "2024-10-01");
  await city.fill("#until", "2024-11-01");
  await Promise.all([city.waitForNavigation(), city.click("button:has-text('开始评估')")]);
  await city.waitForFunction(() => !document.querySelector("[data-again]"), null, { timeout: 120_000 });
  await browser.look(city, "71-impact");
  await browser.go(city, "/signer-keys");
  await browser.look(city, "72-signer-keys");
  await Promise.all([county.context().close(), city.context().close()]);
}

/// 三员: 系统管理员, 安全管理员, 审计员
async function administration(browser, city) {
  const system = await browser.signIn("xitong");
  await browser.look(system, "80-home-system");
  await browser.go(system, "/accounts");
  await system.fill("#name", "xinren");
  await system.fill("#number", "0777");
  await system.fill("#title", "新来的话务员");
  await browser.look(system, "81-accounts");
  await Promise.all([system.waitForNavigation(), system.click("button:has-text('新建')")]);
  const word = await system.locator(".once code").textContent();
  await browser.look(system, "82-shown-once");
  await browser.go(system, "/accounts/xinren");
  await browser.look(system, "83-account");

  const security = await browser.signIn("anquan");
  await browser.look(security, "84-home-security");
  await browser.go(security, "/accounts/xinren");
  await deed(security, "grant", { role: "call-taker" });
  await browser.sees(security, "话务员");
  await browser.look(security, "85-granted");

  const fresh = await browser.person();
  await signedIn(city, fresh, "xinren", word);
  await fresh.waitForURL(`${city.base}/console/password`);
  await browser.look(fresh, "86-must-change-password");
  await chosen(city, fresh, word);

  const auditor = await browser.signIn("shenji");
  await browser.look(auditor, "87-home-auditor");
  await browser.go(auditor, "/audit?who=rexianban&deed=refused");
  await browser.sees(auditor, "/console/accounts");
  await browser.look(auditor, "88-audit");
  await browser.go(auditor, "/audit?check=true");
  await browser.sees(auditor, "完整");
  await browser.look(auditor, "89-audit-whole");
  for (const page of [system, security, fresh, auditor]) await page.context().close();
}

/// On a phone, in English, without a script, by the keyboard alone.
async function otherScreens(browser, ticket) {
  const phone = await browser.signIn("kuiwen-cg", { viewport: PHONE, isMobile: true, hasTouch: true });
  await browser.look(phone, "90-phone-home");
  await browser.go(phone, `/tickets/${ticket}`);
  await browser.look(phone, "91-phone-ticket");
  await phone.context().close();

  const taker = await browser.signIn("huawu", { viewport: PHONE, isMobile: true, hasTouch: true });
  await browser.go(taker, "/call");
  await browser.look(taker, "92-phone-call");
  await taker.context().close();

  const english = await browser.signIn("rexianban");
  await english.click(".person summary");
  await Promise.all([english.waitForNavigation(), english.click("button:has-text('English')")]);
  await browser.look(english, "93-english-home");
  for (const [path, name] of [[`/tickets/${ticket}`, "94-english-ticket"], ["/reports", "95-english-report"], ["/reports?kind=ageing", "95b-english-ageing"], ["/scores?subject=370705&period=2024-10", "95c-english-scores"], ["/publications?period=2024-10", "95d-english-published"], ["/queue", "96-english-queue"]]) {
    await browser.go(english, path);
    // Every Chinese word of a page in English is marked as such.
    const stray = await english.evaluate(() => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const found = [];
      while (walker.nextNode()) {
        const node = walker.currentNode;
        const own = node.parentElement.closest("[lang]");
        if (/\p{Script=Han}/u.test(node.data) && own.lang === "en") found.push(node.data.trim());
      }
      return found;
    });
    for (const text of stray.slice(0, 5)) browser.fault(english, `${name}: Chinese on an English page: ${text}`);
    await browser.look(english, name);
  }
  await english.context().close();

  const plain = await browser.signIn("huawu", { javaScriptEnabled: false });
  await browser.go(plain, "/call");
  await plain.fill("#title", "路灯不亮");
  await plain.fill("#body", "小区门口路灯不亮已有三天");
  await Promise.all([plain.waitForNavigation(), plain.click("button:has-text('查看建议')")]);
  await browser.sees(plain, "可能的分类");
  await plain.context().close();

  const keys = await browser.signIn("paidan");
  await browser.go(keys, "/queue?list=newest");
  await keys.keyboard.press("/");
  if (!(await keys.evaluate(() => document.activeElement.id === "find"))) browser.fault(keys, "/ does not lead to the search");
  await keys.keyboard.press("Escape");
  await keys.evaluate(() => document.activeElement.blur());
  await keys.keyboard.press("j");
  if (!(await keys.evaluate(() => document.activeElement.closest("[data-rows]")))) browser.fault(keys, "j does not lead into the list");
  await keys.context().close();
}
