// Topics and campaigns: one is proposed, discussed, decided, supervised and closed; one goes to the
// monthly discussion with a department's written opinion; one is not taken up; the thresholds change, and
// what is hot by them becomes a topic; a campaign runs its hundred days and is wound up.
import { deed, moreRows, sent } from "./forms.mjs";
import { employed, renewed } from "./accounts.mjs";

const TODAY = "2024-11-06";
/// The first morning after the hundred days of what begins today.
const OVER = "2025-02-14T09:00";

/// 热线工作机构, 市政府办公室, 市级行业主管部门, 承办单位
export async function topics(browser, city, ticket) {
  const government = await employed(browser, city, { name: "zhengfu", number: "0701", title: "市政府办公室演示" }, { role: "government-office" });
  const housing = await employed(browser, city, { name: "shi-zj", number: "0072", title: "市住建演示" }, { role: "department-supervisor", place: "WF-ZJ" });
  const office = await browser.signIn("rexianban");
  const department = await browser.signIn("shi-cg");
  const unit = await browser.signIn("kuiwen-cg");
  await closed(browser, { office, department, housing, unit }, ticket);
  await monthly(browser, { government, department, unit });
  await declined(browser, office);
  await sentThresholds(browser, office);
  await hot(browser, office);
  for (const page of [government, housing, office, department, unit]) await page.context().close();
}

async function proposed(page, fields) {
  await sent(page, "/topics/new", fields);
  return new URL(page.url()).pathname.replace("/console", "");
}

/// From a proposal to the end, with both calls of units.
async function closed(browser, { office, department, housing, unit }, ticket) {
  await browser.go(office, "/topics");
  await office.click(".heading >> text=提出议题");
  await office.waitForLoadState();
  await browser.look(office, "100-topic-new");
  // A sample of more tickets than there are in all is refused, in words, and what was typed stays.
  await sent(office, "/topics/new", {
    title: "供暖计费诉求集中", "subject.category": "0101", units: ["370705-CG"], ticket_count: "0", tickets: ticket, reasons: "供暖首日诉求较多",
  });
  await browser.sees(office, "没有办成");
  await browser.look(office, "101-topic-refused");
  const topic = await proposed(office, { ticket_count: "40" });
  await browser.sees(office, "候选");
  await browser.look(office, "102-topic-proposed");
  await deed(office, "relate-tickets", { count: "45" });
  await browser.sees(office, "45");
  await deed(office, "name-units", { units: ["370705-ZJ", "WF-ZJ"] });
  await deed(office, "put-on-agenda", { on: TODAY });
  await browser.sees(office, "已列入议程");
  await deed(office, "record-discussion", { attended: ["WF-CG", "370705-CG"], words: "先核对计费面积，再统一答复口径" });
  await browser.sees(office, "已研究");
  await moreRows(office, "decide", { words: "逐户核对，限期答复" });
  if (!(await office.locator('[name="measures.5.unit"]').count())) browser.fault(office, "there are no more rows");
  await browser.look(office, "103-topic-more-rows");
  await deed(office, "decide", { "measures.0.unit": "370705-CG", "measures.0.what": "核对虞河花园计费面积", "measures.0.due_on": "2024-12-06" });
  await browser.sees(office, "已议定");
  await browser.sees(office, "逐户核对");

  await browser.go(unit, "");
  await browser.sees(unit, "等候办理的议题");
  await browser.go(unit, topic);
  await deed(unit, "report-measure-1", { result: "已核对两栋楼" });
  await browser.sees(unit, "待验收");
  await browser.go(office, topic);
  await deed(office, "send-back-measure-1", { missing: "还有一栋楼没有核对", due_on: "2024-12-20" });
  await browser.sees(office, "2024-12-20");
  await browser.go(unit, topic);
  await deed(unit, "report-measure-1", { result: "三栋楼都已核对" });

  await browser.go(office, topic);
  await deed(office, "order-supervision", { units: ["WF-CG", "WF-ZJ"], words: "请报告全市计费争议情况", due_on: "2024-11-20" });
  await deed(office, "whistle", { units: ["370705-CG"], words: "请到虞河花园现场报到", span: "2" });
  await browser.sees(office, "吹哨报到");
  await browser.look(office, "104-topic-supervised");
  for (const page of [department, housing]) {
    await browser.go(page, topic);
    await deed(page, "report-supervision-1", { report: "已汇总，争议集中在三个小区" });
    await browser.sees(page, "已答复");
  }
  await browser.go(unit, topic);
  await deed(unit, "check-in-2");
  await browser.look(unit, "105-topic-unit");
  await browser.go(office, topic);
  await deed(office, "close", { outcome: "核对完毕，统一答复" });
  await browser.sees(office, "已办结");
  await browser.look(office, "106-topic-closed");
}

/// 每月一议: not without a written opinion, convened by the government's office.
async function monthly(browser, { government, department, unit }) {
  await browser.go(department, "/topics/new");
  const topic = await proposed(department, {
    title: "供热模式何时启用", "subject.category": "0102", rung: "monthly-discussion", units: ["370705-CG"], reasons: "每年供暖前各区县都来询问",
  });
  await browser.go(government, topic);
  await browser.sees(government, "现在不能办的");
  await browser.look(government, "107-topic-needs-opinion");
  await browser.go(department, topic);
  await deed(department, "write-opinion", { words: "建议 11 月 15 日起全市启用" });
  await browser.sees(department, "建议 11 月 15 日起全市启用");
  await browser.go(government, "");
  await browser.sees(government, "供热模式何时启用");
  await browser.go(government, topic);
  await deed(government, "put-on-agenda", { on: TODAY });
  await deed(government, "record-discussion", { attended: ["WF-CG", "370705-CG"], words: "一致同意" });
  await deed(government, "decide", {
    words: "按建议启用", "measures.0.unit": "WF-CG", "measures.0.what": "通知各区县", "measures.0.due_on": "2024-11-12",
    "modes.0.name": "供热模式", "modes.0.from": "2024-11-15", "modes.0.to": "2025-03-15",
  });
  await browser.sees(government, "供热模式");
  await browser.sees(government, "2025-03-15");
  await deed(government, "escalate", { to: "leading-group", reason: "涉及全市，提请领导小组研究" });
  await browser.sees(government, "热线工作领导小组");
  await browser.look(government, "108-topic-escalated");
  // Only the units that it concerns see it.
  const status = await browser.go(unit, topic);
  if (status !== 200) browser.fault(unit, `the topic: ${status} and not 200`);
}

async function declined(browser, office) {
  await browser.go(office, "/topics/new");
  await proposed(office, { title: "路灯更换", "subject.category": "0201", reasons: "只有个别反映" });
  await deed(office, "decline", { reason: "数量少，按单件办理" });
  await browser.sees(office, "未采纳");
}

async function sentThresholds(browser, office) {
  await browser.go(office, "/topics/thresholds");
  await sent(office, "/topics/thresholds", { "settings.hot.volume": "120", reason: "供暖季从严" });
  await browser.sees(office, "门槛已调整");
  await browser.sees(office, "供暖季从严");
  await browser.look(office, "109-thresholds");
}

/// 当日热点: by thresholds that a small city's day is above, one button makes a topic of what is hot.
async function hot(browser, office) {
  await sent(office, "/topics/thresholds", { "settings.hot.volume": "1", "settings.hot.territories": "1", reason: "演示当日热点" });
  await browser.sees(office, "演示当日热点");
  await browser.go(office, `/topics?day=${TODAY}`);
  await browser.look(office, "109b-topic-candidates");
  await sent(office, "/topics");
  await browser.sees(office, "议题已提出");
  await browser.sees(office, "候选");
  await browser.look(office, "109c-topic-of-candidate");
  await browser.go(office, `/topics?day=${TODAY}`);
  await browser.sees(office, "已有议题");
}

/// 攻坚行动: the office names who leads, the department records how far it is. Where it stands.
export async function campaign(browser, office) {
  const address = new URL(office.url()).pathname.replace("/console", "");
  await browser.sees(office, "现在不能办的");
  await deed(office, "name-lead", { domain: "1", department: "WF-CG" });
  await browser.sees(office, "0 条进展");
  const department = await browser.signIn("shi-cg");
  await browser.go(department, address);
  await deed(department, "record-progress", { domain: "1", words: "已排出清单" });
  await browser.sees(department, "1 条进展");
  await browser.look(department, "49b-campaign-progress");
  await department.context().close();
  return address;
}

/// The clock of the demonstration, which the system's administrator may move.
async function movedOn(browser, to) {
  const system = await browser.signIn("xitong");
  const status = await system.evaluate(async (to) => {
    const headers = { "content-type": "application/json" };
    return (await fetch("/v1/clock", { method: "POST", headers, body: JSON.stringify({ to }) })).status;
  }, to);
  if (status !== 200) browser.fault(system, `the clock: ${status} and not 200`);
  await system.context().close();
}

/// When its hundred days are over the office winds it up, and nothing is recorded any more. The last of the
/// day: every password has grown old by then.
export async function woundUp(browser, city, address) {
  await movedOn(browser, OVER);
  const office = await renewed(browser, city, "rexianban");
  await browser.go(office, address);
  await browser.sees(office, "已到期，待总结");
  await browser.look(office, "49c-campaign-over");
  await deed(office, "wind-up", { summary: "十个领域的集中投诉逐项销号" });
  await browser.sees(office, "已总结");
  await browser.sees(office, "十个领域的集中投诉逐项销号");
  if (await office.locator('form[action*="/commands/"]').count()) browser.fault(office, "it is wound up, and something can be done");
  await browser.look(office, "49d-campaign-wound-up");
  await office.context().close();
}
