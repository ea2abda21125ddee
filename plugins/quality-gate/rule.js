// 县级质量关：反馈送审之前，查三样东西：联系过来电人没有、该有的照片有没有、答复说清楚没有。
// 缺的，说明缺什么，退回补充一次；补充后仍缺的，把意见附给审核员，由人决定。
// @ts-check
import { propose } from "./.chuishao/chuishao.js";

/** @type {import("./.chuishao/chuishao.js").OnEvent} */
export function onEvent(event, ticket, context) {
  switch (event.tag) {
    case "dispatched":
      return atDispatch(ticket, context);
    case "reported-back":
      return atReport(event.val, ticket, context);
    default:
      return [];
  }
}

/** The unit knows beforehand what its report will need. */
function atDispatch(ticket, context) {
  const photos = photosWanted(ticket, context);
  if (photos === 0) return [];
  const wanted = `反馈时附现场照片，不少于 ${photos} 张`;
  return [propose("ask-evidence", wanted, "这类诉求要看现场，照片随反馈一并交来，免得退回")];
}

function atReport(report, ticket, context) {
  const missing = [
    ...contact(report, context),
    ...photos(report, ticket, context),
    ...answer(report, ticket, context),
  ];
  if (missing.length === 0) return [];
  const words = missing.join("；");
  if (!ticket.sentBack) {
    return [propose("send-back", words, `质量关：${words}。补齐后再报，只退这一次`)];
  }
  const text = `退回补充后仍缺：${words}。请审核员决定是否通过`;
  return [propose("attach-opinion", { stage: "review", text }, "一轮办理只退一次，余下的由人决定")];
}

function contact(report, context) {
  return context.flag("contact-wanted") && !report.contacted ? ["没有联系来电人"] : [];
}

function photos(report, ticket, context) {
  const wanted = photosWanted(ticket, context);
  if (report.evidenceCount >= wanted) return [];
  return [`附件 ${report.evidenceCount} 个，应有现场照片不少于 ${wanted} 张`];
}

function photosWanted(ticket, context) {
  const listed = context.texts("photo-categories").some((code) => ticket.category.startsWith(code));
  return listed ? context.integer("least-photos") : 0;
}

/** The text of a confidential ticket is not shown to rules: nothing is said about it. */
function answer(report, ticket, context) {
  if (ticket.confidential) return [];
  const said = report.handlingResult.trim();
  const substance = context.texts("empty-phrases").reduce((text, phrase) => text.replaceAll(phrase, ""), said);
  const chars = [...substance.replaceAll(/[\s，。；、！,.;!]/g, "")].length;
  const least = context.integer("least-answer-chars");
  const missing = [];
  if (chars < least) missing.push(`答复除去套话只有 ${chars} 个字，至少 ${least} 个字，写明做了什么、结果怎样`);
  if (!report.solved && !context.texts("reason-words").some((word) => said.includes(word))) {
    missing.push("没有解决的，要写明原因和下一步");
  }
  return missing;
}
