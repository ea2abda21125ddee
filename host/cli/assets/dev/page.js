// The page of `chuishao plugin dev`: a story, step by step, played again at every change.
"use strict";

const byId = (id) => document.getElementById(id);
const KINDS = { inquiry: "咨询", help: "求助", complaint: "投诉", report: "举报", suggestion: "建议", praise: "表扬" };
/** What can be done next, to begin from; the rest of what the API takes can be typed. */
const ACTIONS = [
  ["等待（时限和定时器到点）", null],
  ["受理 accept", { command: "accept" }],
  ["派单 dispatch", { command: "dispatch", lead_unit: "" }],
  ["签收 take-up", { command: "take-up" }],
  ["反馈 report-back", { command: "report-back", contacted: true, solved: true, result: "已处理" }],
  ["审核 review", { command: "review", passed: true }],
  ["回访 follow-up", { command: "follow-up", reached: true, solved: false, satisfied: false }],
  ["申请退回 ask-hand-back", { command: "ask-hand-back", ground: "not-our-duty", reason: "非本单位职责" }],
  ["申请延期 ask-extension", { command: "ask-extension", working_days: 3, reason: "需要材料" }],
  ["改派分类 reclassify", { command: "reclassify", category: "0301" }],
  ["补充填写 fill-in", { command: "fill-in", place: { estate: "胜利新村" } }],
  ["任务完成 finish-task", { command: "finish-task", number: 1, result: "已完成" }],
  ["每日研判 daily-review", { review: "daily-review", counted: [{ category: "0104", estate: "清河花园", count: 5 }] }],
  ["每月研判 monthly-review", { review: "monthly-review", counted: [{ category: "0104", estate: "清河花园", count: 5 }] }],
];

let choices = null;
let shown = { number: null, built: null, stories: [] };
let current = null; // the file of the scenario that was begun from
let currentTitle = null;
let story = null;

/** An element with text; never markup, whatever the rule said. */
function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined && text !== null) made.textContent = text;
  return made;
}

async function ask(path, body) {
  const options = body === undefined ? {} :
    { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(path, options);
  const text = await answer.text();
  try { return JSON.parse(text); } catch { return { fault: text }; }
}

/** Asks what is shown, again and again: the answer comes when something changed. */
async function follow() {
  for (;;) {
    try {
      const after = shown.number === null ? "" : `?after=${shown.number}`;
      const next = await ask(`/api/state${after}`);
      if (next.number === undefined) throw new Error(next.fault);
      const changed = next.number !== shown.number;
      const rebuilt = next.built !== shown.built;
      shown = next;
      if (changed) await show(rebuilt);
    } catch {
      byId("status").textContent = "与 chuishao plugin dev 的连接断了，正在重连…";
      await new Promise((done) => setTimeout(done, 1500));
    }
  }
}

async function show(rebuilt) {
  if (shown.built && (rebuilt || !choices)) await offer();
  const failed = shown.stories.filter((one) => !one.passed).length;
  const [build, play] = shown.took;
  byId("status").textContent = shown.busy ? "正在构建和运行场景…" :
    shown.fault ? "有问题，见下" :
    `构建 ${build} 毫秒 · 场景 ${shown.stories.length} 个，${play} 毫秒 · ` + (failed ? `${failed} 个不符合预期` : "全部符合预期");
  byId("fault").hidden = !shown.fault;
  byId("fault").textContent = shown.fault || "";
  list();
  if (!story && shown.stories.length) begin(shown.stories[0]);
  else if (!shown.busy) play_soon();
}

function list() {
  byId("stories").replaceChildren(...shown.stories.map((one) => {
    const item = element("li"), button = element("button");
    button.type = "button";
    button.setAttribute("aria-current", String(one.file === current && one.title === currentTitle));
    button.append(element("span", one.passed ? "good" : "bad", one.passed ? "✓ " : "✗ "), one.title);
    button.append(element("span", "file", one.file));
    button.addEventListener("click", () => begin(one));
    item.append(button);
    return item;
  }));
}

/** What can be chosen: of the city and of the manifest. */
async function offer() {
  choices = await ask("/api/choices");
  if (choices.fault) { choices = null; return; }
  byId("title").textContent = choices.title;
  byId("version").textContent = `${choices.name} ${choices.version}`;
  document.title = `${choices.title} · 吹哨插件开发`;
  const option = ([value, label]) => { const made = element("option", "", label); made.value = value; return made; };
  byId("territory").replaceChildren(...choices.territories.map(([id, name]) => option([id, `${name} ${id}`])));
  byId("categories").replaceChildren(...choices.categories.map(option));
  byId("units").replaceChildren(...choices.units.map(option));
  byId("matter-kind").replaceChildren(...Object.entries(KINDS).map(option));
}

function begin(one) {
  current = one.file;
  currentTitle = one.title;
  story = structuredClone(one.scenario);
  story.settings ??= {};
  byId("saved").textContent = "";
  list();
  draw();
}

function blank() {
  current = currentTitle = null;
  const place = { territory: choices.territories[0][0] };
  story = { title: "新的经过", settings: {}, step: [
    { at: "2024-11-06T09:00:00", register: { matter_kind: "complaint", category: "0301", title: "楼上夜间噪声", place } },
    { at: "2024-11-06T09:05:00", do: { command: "accept" } },
  ] };
  list();
  draw();
}

/** The whole story as forms. */
function draw() {
  const written = story.step[0] && story.step[0].register;
  byId("ticket").hidden = !written;
  if (written) {
    for (const [id, value] of [["territory", written.place.territory], ["category", written.category],
      ["matter-kind", written.matter_kind], ["street", written.place.street], ["estate", written.place.estate],
      ["building", written.place.building], ["matter-title", written.title], ["body", written.body]]) {
      byId(id).value = value || "";
    }
    byId("confidential").checked = Boolean(written.confidential);
    name_category();
  }
  draw_settings();
  byId("steps").replaceChildren(...story.step.map(draw_step));
  play_soon();
}

function name_category() {
  const found = choices.categories.find(([code]) => code === byId("category").value);
  byId("category-name").textContent = found ? found[1] : "没有这个分类";
}

function draw_settings() {
  const box = byId("settings"), legend = box.querySelector("legend");
  const specs = Object.entries(choices.settings || {});
  box.hidden = specs.length === 0;
  box.replaceChildren(legend, ...specs.map(([name, spec]) => {
    const label = element("label", "", spec.title), input = element("input");
    const given = story.settings[name] ?? spec.default;
    if (spec.type === "flag") { input.type = "checkbox"; input.checked = Boolean(given); }
    else if (spec.type === "integer") { input.type = "number"; input.value = given ?? ""; }
    else if (spec.type === "date") { input.type = "date"; input.value = given ?? ""; }
    else input.value = typeof given === "string" ? given : JSON.stringify(given ?? "");
    if (spec.minimum !== undefined) input.min = spec.minimum;
    if (spec.maximum !== undefined) input.max = spec.maximum;
    label.title = spec.description || "";
    label.classList.toggle("changed", name in story.settings);
    input.addEventListener("input", () => {
      const value = setting_of(spec, input);
      input.classList.toggle("invalid", value === undefined);
      if (value === undefined) return;
      if (JSON.stringify(value) === JSON.stringify(spec.default)) delete story.settings[name];
      else story.settings[name] = value;
      label.classList.toggle("changed", name in story.settings);
      play_soon();
    });
    label.append(input);
    return label;
  }));
}

function setting_of(spec, input) {
  if (spec.type === "flag") return input.checked;
  if (spec.type === "integer") return input.value === "" ? undefined : Number(input.value);
  if (spec.type === "texts" || spec.type === "table") {
    try { return JSON.parse(input.value); } catch { return undefined; }
  }
  return input.value;
}

/** What a step does, as one JSON text: a command, a review, or nothing. */
function action_of(step) {
  if (step.review) return { review: step.review, counted: step.counted || [] };
  return step.do || null;
}

function draw_step(step, number) {
  const item = byId("step").content.firstElementChild.cloneNode(true);
  item.querySelector(".number").textContent = number + 1;
  const at = item.querySelector(".at");
  at.value = step.at.slice(0, 16);
  at.addEventListener("input", () => { if (at.value) { step.at = `${at.value}:00`; play_soon(); } });
  const remove = item.querySelector(".remove");
  remove.hidden = number === 0 && story.step.length > 1;
  remove.addEventListener("click", () => { story.step.splice(number, 1); draw(); });
  const action = item.querySelector(".action"), text = action.querySelector("textarea");
  if (step.register || step.told) {
    action.replaceChildren(element("b", "", step.register ? "登记（内容见上面的「工单」）" : "服务器上记录的一次询问"));
  } else {
    text.value = action_of(step) ? JSON.stringify(action_of(step)) : "";
    text.placeholder = "等待：只过时间";
    text.addEventListener("input", () => {
      text.classList.toggle("invalid", !act(step, text.value));
      play_soon();
    });
  }
  item.querySelector(".facts").replaceChildren(...(choices.facts || []).map((fact) => {
    const label = element("label", "", `事实 ${fact.name}（${fact.days} 天内）`), input = element("input");
    input.type = "number";
    input.min = 0;
    input.value = (step.facts || {})[fact.name] ?? 0;
    input.addEventListener("input", () => {
      step.facts = { ...step.facts, [fact.name]: Math.max(0, Math.floor(Number(input.value) || 0)) };
      play_soon();
    });
    label.append(input);
    return label;
  }));
  return item;
}

function act(step, text) {
  let wanted = null;
  if (text.trim()) {
    try { wanted = JSON.parse(text); } catch { return false; }
  }
  delete step.do; delete step.review; delete step.counted;
  if (wanted && wanted.review) { step.review = wanted.review; step.counted = wanted.counted || []; }
  else if (wanted) step.do = wanted;
  return true;
}

let timer = null;
let turn = 0;
function play_soon() {
  clearTimeout(timer);
  timer = setTimeout(play, 120);
}

async function play() {
  if (!story || !choices) return;
  const mine = ++turn;
  const came = await ask("/api/play", story);
  if (mine !== turn) return; // a later change was faster
  const items = [...byId("steps").children];
  const one = shown.stories.find((one) => one.file === current && one.title === currentTitle);
  const untouched = one && JSON.stringify(with_settings(one.scenario)) === JSON.stringify(story);
  items.forEach((item, number) => {
    const step = (came.steps || [])[number];
    const unmet = untouched ? one.complaints[number] || [] : [];
    show_step(item, step, unmet);
  });
  if (came.fault) {
    const box = items[0] && items[0].querySelector(".came");
    if (box) box.replaceChildren(element("p", "said failure", came.fault));
  }
}

const with_settings = (scenario) => ({ ...structuredClone(scenario), settings: scenario.settings || {} });

function show_step(item, step, unmet) {
  const box = item.querySelector(".came");
  item.classList.remove("asked", "failed");
  if (!step) { box.replaceChildren(element("p", "quiet", "没有进行到这一步")); return; }
  if (step.fault) { item.classList.add("failed"); box.replaceChildren(element("p", "said failure", step.fault)); return; }
  const parts = [];
  if (unmet.length) { parts.push(element("div", "unmet", unmet.join("\n"))); item.classList.add("failed"); }
  if (step.rejected) { parts.push(element("p", "said failure", `这一步被核心拒绝 ${step.rejected}`)); item.classList.add("failed"); }
  for (const event of step.events) parts.push(element("p", "", `${event.at} ${event.by}：${event.what}`));
  if (step.calls.length) item.classList.add("asked");
  for (const call of step.calls) {
    const asked = element("div", "call");
    asked.append(element("span", "cost", `算力 ${call.fuel.toLocaleString("zh-CN")} · ${call.micros} 微秒 · ${Math.ceil(call.memory / 1024)} KiB`));
    asked.append(element("b", "", `询问规则：${call.term} ${call.event}`));
    if (call.failure) { asked.append(element("p", "said failure", call.failure)); item.classList.add("failed"); }
    else if (!call.proposals.length) asked.append(element("p", "quiet", "沉默：没有提出任何效果"));
    for (const one of call.proposals) {
      const said = element("p", one.refused ? "said refused" : "said accepted");
      said.append(element("b", "", one.refused ? "未采纳 " : "采纳 "), one.effect);
      said.append(element("span", "reason", `理由：${one.reason}`));
      if (one.refused) said.append(element("span", "reason", `核心：${one.refused}`));
      asked.append(said);
    }
    for (const line of call.log) asked.append(element("p", "log", `日志 ${line.level}：${line.text}`));
    if (call.told) {
      const told = element("details");
      told.append(element("summary", "", "规则所见 what the rule was told"), element("pre", "", JSON.stringify(call.told, null, 1)));
      asked.append(told);
    }
    parts.push(asked);
  }
  if (!step.calls.length) parts.push(element("p", "quiet", "没有询问规则"));
  if (step.state) parts.push(element("p", "quiet", `之后工单：${step.state}`));
  box.replaceChildren(...parts);
}

function listen() {
  const change = (id, put) => byId(id).addEventListener("input", () => {
    const written = story && story.step[0].register;
    if (written) { put(written, byId(id)); play_soon(); }
  });
  change("territory", (written, input) => { written.place.territory = input.value; });
  change("category", (written, input) => { written.category = input.value; name_category(); });
  change("matter-kind", (written, input) => { written.matter_kind = input.value; });
  for (const id of ["street", "estate", "building"]) change(id, (written, input) => { written.place[id] = input.value; });
  change("matter-title", (written, input) => { written.title = input.value; });
  change("body", (written, input) => { written.body = input.value; });
  change("confidential", (written, input) => { written.confidential = input.checked; });
  byId("setup").addEventListener("submit", (event) => event.preventDefault());
  byId("blank").addEventListener("click", () => choices && blank());
  const add = byId("add"), hint = element("option", "", "请选择…");
  hint.value = "";
  add.append(hint, ...ACTIONS.map(([label], number) => { const made = element("option", "", label); made.value = number; return made; }));
  add.addEventListener("change", () => {
    if (!story || add.value === "") return;
    const last = story.step[story.step.length - 1];
    const at = new Date(`${last.at.slice(0, 16)}:00Z`);
    at.setUTCHours(at.getUTCHours() + 1);
    const step = { at: `${at.toISOString().slice(0, 16)}:00` };
    const wanted = structuredClone(ACTIONS[Number(add.value)][1]);
    if (wanted && wanted.command === "dispatch") {
      const territory = story.step[0].register ? story.step[0].register.place.territory : "";
      wanted.lead_unit = (choices.units.find(([id]) => id.startsWith(`${territory}-`)) || [""])[0];
    }
    act(step, wanted ? JSON.stringify(wanted) : "");
    story.step.push(step);
    add.value = "";
    draw();
    byId("steps").lastElementChild.scrollIntoView({ behavior: "smooth", block: "nearest" });
  });
  byId("save").addEventListener("click", async () => {
    if (!story) return;
    const came = await ask("/api/scenarios", { name: byId("name").value.trim(), scenario: story });
    byId("saved").className = came.fault ? "bad" : "good";
    byId("saved").textContent = came.fault || `已写入 ${came.file}，预期是现在的结果，请核对`;
  });
}

listen();
follow();
