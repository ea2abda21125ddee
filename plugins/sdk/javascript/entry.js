// The component's one export. What a rule throws reaches its author: message and lines go to
// the log, and the answer is the typed failure, never something that looks like an answer.
import "./absent.js";
import { line } from "chuishao:rule/log@VERSION";
import * as rule from "../RULE";
import { Context, Failure, ReviewContext, logTo } from "./chuishao.js";

logTo(line);

function answer(name, input, context) {
  try {
    if (typeof rule[name] !== "function") throw new Error(`规则没有导出 ${name}`);
    const proposals = rule[name](...input, context);
    if (!Array.isArray(proposals)) throw new TypeError(`${name} 应返回提议的列表（数组）`);
    return proposals;
  } catch (thrown) {
    if (thrown instanceof Failure) throw { tag: thrown.tag, val: thrown.message };
    line("error", `${thrown}\n${thrown?.stack ?? ""}`.trimEnd());
    throw { tag: "bug", val: `${thrown}${place(thrown?.stack)}` };
  }
}

// The first line of the stack that lies in the rule: "(rule.js:12:7)".
function place(stack) {
  const found = /RULE:\d+(:\d+)?/.exec(stack ?? "");
  return found ? ` (${found[0]})` : "";
}

export const handler = {
  onEvent: (event, ticket, context) => answer("onEvent", [event, ticket], new Context(context)),
  onReview: (review, context) => answer("onReview", [review], new ReviewContext(context)),
};
