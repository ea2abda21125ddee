// 分级答复：把诉求分成 2 小时、24 小时、7 天、15 天四级，各有对外承诺的答复时限。能提前办结时限的提前；
// 到了承诺的时刻还没有反馈的，通知主办单位，加标签。这是北京的做法，用来与本市的时限比较，也可由区县采用。
// @ts-check
import { badSetting, propose } from "./.chuishao/chuishao.js";

/** The levels, the most pressing first: which setting lists their categories, and their hours. */
const LEVELS = [
  { name: "2小时", setting: "two-hours", hours: 2 },
  { name: "24小时", setting: "day", hours: 24 },
  { name: "15天", setting: "fifteen-days", hours: 15 * 24 },
];
/** Whatever no list names. */
const USUAL = { name: "7天", hours: 7 * 24 };

const TIMER = "promise";

/** @type {import("./.chuishao/chuishao.js").OnEvent} */
export function onEvent(event, ticket, context) {
  switch (event.tag) {
    case "accepted":
      return promise(ticket, context);
    case "reclassified":
      return ticket.state === "registered" ? [] : promise(ticket, context);
    case "reported-back":
      return kept(context);
    case "timer-fired":
      return broken(ticket, context);
    default:
      return [];
  }
}

function levelOf(category, context) {
  const lists = (level) => context.texts(level.setting).some((code) => category.startsWith(code));
  const named = LEVELS.filter(lists);
  if (named.length > 1) {
    throw badSetting(`分类 ${category} 同时列在 ${named.map((level) => level.name).join("、")} 里，请只留一处`);
  }
  return named[0] ?? USUAL;
}

function promise(ticket, context) {
  const level = levelOf(ticket.category, context);
  if (remembered(context)?.level === level.name) return [];
  const reason = `分级答复：${ticket.categoryName}承诺 ${level.name}内答复`;
  const due = context.now.unixSeconds + level.hours * 3600;
  const proposals = [
    propose("add-tag", `承诺${level.name}`, reason),
    propose("remember", `${level.name} ${due}`, reason),
    propose("set-timer", { name: TIMER, after: within(level) }, reason),
  ];
  if (isEarlier(ticket, level, context)) {
    proposals.push(propose("tighten-deadline", { kind: "close", within: within(level) }, reason));
  }
  return proposals;
}

/** @returns {import("./.chuishao/chuishao.js").TimeSpan} */
function within(level) {
  return { tag: "clock-hours", val: level.hours };
}

/** A deadline only becomes earlier: what would be later, or has passed, is not asked for. */
function isEarlier(ticket, level, context) {
  const close = ticket.deadlines.find((deadline) => deadline.kind === "close");
  if (!close || !close.tightenable || close.met) return false;
  const due = close.baseAt + level.hours * 3600;
  const before = close.dueAt === null || due < close.dueAt;
  return before && due > context.now.unixSeconds;
}

/** What this rule promised on this ticket. */
function remembered(context) {
  const [level, due] = context.memory.split(" ");
  return due === undefined ? undefined : { level, due: Number(due) };
}

function kept(context) {
  const promised = remembered(context);
  // Once the timer has fired there is nothing to cancel.
  if (!promised || context.now.unixSeconds >= promised.due) return [];
  return [
    propose("cancel-timer", TIMER, `在承诺的 ${promised.level}内反馈`),
    propose("remember", `${promised.level} 0`, "承诺已兑现，重办不再计"),
    propose("add-tag", "承诺兑现", `在承诺的 ${promised.level}内反馈`),
  ];
}

function broken(ticket, context) {
  const promised = remembered(context);
  if (!promised || !["accepted", "handling"].includes(ticket.state)) return [];
  const reason = `承诺 ${promised.level}内答复，时间已到，还没有反馈`;
  const proposals = [propose("add-tag", "承诺未兑现", reason)];
  const lead = ticket.assignments.find((assignment) => assignment.lead);
  if (lead) {
    const text = `${ticket.id} 已过对外承诺的 ${promised.level}，请尽快答复来电人并反馈`;
    proposals.push(propose("notify", { toUnit: lead.handlingUnit, text }, reason));
  }
  return proposals;
}
