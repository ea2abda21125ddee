// 每月高频小区：件数多的记入台账，增长快的写进报告。
// Estates with many matters go into the ledger, those with many more than last month into the
// report.
// @ts-check
import { propose } from "./.chuishao/chuishao.js";

/** @type {import("./.chuishao/chuishao.js").OnReview} */
export function onReview(review, context) {
  const ledgerAt = context.integer("ledger-at");
  const growth = context.integer("growth-percent");
  const month = `${review.firstDay.year}年${review.firstDay.month}月`;
  const lines = [];
  const proposals = [];
  for (const { estate, categoryName, count, previous } of review.tallies) {
    if (estate === null) continue;
    const what = `${estate}：${categoryName} ${count} 件（上月 ${previous} 件）`;
    if (previous > 0 && (count - previous) * 100 >= growth * previous) lines.push(what);
    if (count >= ledgerAt) {
      const entry = { ledger: "高频小区", title: `${month} ${estate} ${categoryName}`, handlingUnit: null, basis: null };
      proposals.push(propose("enter-ledger", entry, what));
    }
  }
  const text = lines.length > 0 ? lines.join("\n") : `没有比上月增长 ${growth}% 以上的小区。`;
  proposals.unshift(propose("write-section", { heading: `${month}增长较快的小区`, text }, "供每月研判"));
  return proposals;
}
