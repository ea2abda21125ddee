// What a rule has not: a clock and chance. Who asks for them is told so, in his own line; what
// stands at the top of a module would otherwise be answered once, when the rule is built, and the
// rest would end in a trap without a word.
const absent = (what, instead) => () => {
  throw new Error(`规则没有${what}：${instead}`);
};

const clock = absent("时钟", "现在的时刻在 context.now 里");

globalThis.Date = new Proxy(Date, {
  apply: clock,
  construct: (date, given) => (given.length === 0 ? clock() : Reflect.construct(date, given)),
  get: (date, name) => (name === "now" ? clock : Reflect.get(date, name)),
});
Math.random = absent("随机数", "同样的输入要给同样的回答");
delete globalThis.performance;
