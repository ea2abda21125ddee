// What a local rule in JavaScript is written on: proposals, settings, figures, failures, log
// lines, and samples for unit tests. `chuishao plugin new` and `build` write it into the
// rule's `.chuishao` folder, beside `chuishao.d.ts`, which says what everything is.

/** Asks for an effect. The reason is shown to people, so write it in plain Chinese. */
export function propose(tag, val, reason) {
  return { effect: { tag, val }, reason };
}

/** The typed failure: the rule cannot answer. The ticket goes on. */
export class Failure extends Error {
  constructor(tag, words) {
    super(words);
    this.name = tag;
    this.tag = tag;
  }
}

/** A setting makes no sense to the rule: which, and why. */
export const badSetting = (words) => new Failure("bad-setting", words);

/** The rule needs something that did not come. */
export const missingData = (words) => new Failure("missing-data", words);

// In a component the entry puts the host's log here; natively lines go to the console.
let write = (level, text) => console.error(`${level}: ${text}`);

/** Called by the entry. */
export function logTo(line) {
  write = line;
}

/** Lines for the author; they stand in the decision record. */
export const log = {
  debug: (text) => write("debug", String(text)),
  info: (text) => write("info", String(text)),
  warn: (text) => write("warn", String(text)),
  error: (text) => write("error", String(text)),
};

const find = (values, name) => values.find((named) => named.name === name)?.value;

class ReadsSettings {
  constructor(raw) {
    Object.assign(this, raw);
  }

  setting(name, tag, wanted) {
    const value = find(this.settings, name);
    if (value?.tag !== tag) throw badSetting(`设置 ${name} 应为${wanted}`);
    return value.val;
  }

  integer(name) {
    return this.setting(name, "integer", "整数");
  }

  text(name) {
    return this.setting(name, "text", "文本");
  }

  flag(name) {
    return this.setting(name, "flag", "是或否");
  }

  texts(name) {
    return this.setting(name, "texts", "文本列表");
  }

  date(name) {
    return this.setting(name, "date", "日期");
  }

  lookUp(name, key) {
    // Nothing at all reads alike as a list.
    if (find(this.settings, name)?.val?.length === 0) return undefined;
    return this.setting(name, "table", "对照表").find(([row]) => row === key)?.[1];
  }
}

/** What comes with an event, with its settings and figures by name. */
export class Context extends ReadsSettings {
  count(name) {
    const value = find(this.facts, name);
    if (value === undefined) throw missingData(`清单没有声明事实 ${name}`);
    if (value.tag === "unavailable") throw missingData(`事实 ${name} 不可用：${value.val}`);
    return value.val;
  }

  countOrZero(name) {
    return find(this.facts, name)?.tag === "unavailable" ? 0 : this.count(name);
  }
}

/** What comes with a review. */
export class ReviewContext extends ReadsSettings {}

/** A day as people and settings write it: `2024-11-05`. */
export function dateText({ year, month, day }) {
  const two = (number) => String(number).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}

/** Whether a mode (议定模式) is in force on a day. */
export function covers({ firstDay, lastDay }, date) {
  return dateText(firstDay) <= dateText(date) && dateText(date) <= dateText(lastDay);
}

/** The value of an extra field of the rule's own namespace. */
export function field(ticket, name) {
  return find(ticket.fields, name);
}

// -------------------------------------------------------- for unit tests --

const value = (given) => {
  if (typeof given === "string") return { tag: "text", val: given };
  if (typeof given === "number") return { tag: "integer", val: given };
  if (typeof given === "boolean") return { tag: "flag", val: given };
  return given;
};

const NOW = {
  unixSeconds: 1725239100,
  date: { year: 2024, month: 9, day: 2 },
  hour: 9,
  minute: 5,
  weekday: 1,
  dayKind: "working-day",
  inWorkingHours: true,
};

/** An invented context: settings and figures by name. */
export function sampleContext({ settings = {}, facts = {}, modes = [], memory = "", now = NOW } = {}) {
  const named = Object.entries(settings).map(([name, given]) => ({ name, value: value(given) }));
  const counted = Object.entries(facts).map(([name, val]) => ({ name, value: { tag: "count", val } }));
  return new Context({ now, settings: named, facts: counted, modes, memory });
}

/** An invented ticket; what is given replaces what is invented. */
export function sampleTicket(given = {}) {
  return {
    id: "WF20240902000001-1",
    channel: "phone",
    callerKind: "citizen",
    matterKind: "complaint",
    category: "0601",
    categoryName: "市容环境/环境卫生",
    title: "",
    body: "",
    place: { territory: "370705", street: "", estate: "胜利新村", building: "" },
    urgency: "ordinary",
    state: "accepted",
    confidential: false,
    receivedAt: 1725238800,
    reworkCount: 0,
    handBackCount: 0,
    mergedCount: 0,
    extended: false,
    missingFields: [],
    tags: [],
    fields: [],
    assignments: [],
    copies: [],
    deadlines: [],
    followUps: [],
    openTasks: [],
    evidenceAsked: [],
    sentBack: false,
    ...given,
  };
}
