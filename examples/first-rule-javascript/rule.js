// 高频诉求提示：受理时，同一小区 7 天内同类诉求较多的，加标签；再多的，提名每日一议。
// Tags a ticket whose estate has had several matters of the same category in 7 days; when
// there are more, the matter is nominated for the daily discussion.
// @ts-check
import { badSetting, propose } from "./.chuishao/chuishao.js";

/** @type {import("./.chuishao/chuishao.js").OnEvent} */
export function onEvent(event, ticket, context) {
  const tagAt = context.integer("tag-at");
  const nominateAt = context.integer("nominate-at");
  if (nominateAt < tagAt) throw badSetting("nominate-at 应不小于 tag-at");

  const count = context.countOrZero("same-matters"); // 工单没有写小区时为 0
  const reason = `${ticket.place.estate}7 天内同类诉求已有 ${count} 件`;
  const proposals = [];
  if (count >= tagAt) {
    proposals.push(propose("add-tag", context.text("tag"), reason));
  }
  if (count >= nominateAt) {
    const title = `${ticket.place.estate}：${ticket.categoryName}`;
    proposals.push(propose("nominate", { forum: "daily-discussion", title }, reason));
  }
  return proposals;
}
