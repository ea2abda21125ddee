// The knowledge base: an entry is written, sent back, mended, approved, published, looked at again,
// revised and taken out.
import { deed, sent } from "./forms.mjs";

/// 市级行业主管部门, 知识库审核员
export async function knowledge(browser) {
  const reviewer = await browser.signIn("zhishi");
  await browser.look(reviewer, "55-home-knowledge");
  await browser.go(reviewer, "/knowledge");
  await browser.look(reviewer, "56-knowledge");
  await browser.go(reviewer, "/knowledge?q=供热费");
  await browser.look(reviewer, "57-knowledge-found");

  const department = await browser.signIn("shi-cg");
  await browser.go(department, "/knowledge");
  await department.click(".heading >> text=起草");
  await department.waitForLoadState();
  await browser.look(department, "110-knowledge-new");
  await sent(department, "/knowledge/new", {
    "content.question": "供热计费面积有争议怎么办",
    "content.keywords": "热费\n面积",
    "content.bases.0.title": "示例供热管理办法",
    "content.bases.0.article": "第八条",
  });
  const entry = new URL(department.url()).pathname.replace("/console", "");
  await browser.sees(department, "草稿");
  // Without an answer it cannot be handed in, and the page says so.
  await browser.sees(department, "请填写答复口径");
  await deed(department, "edit", { "content.answer": "先向供热企业申请复核。\n仍有争议的，可以申请第三方测量。", "content.categories": ["0101", "010101"] });
  await browser.sees(department, "第三方测量");
  await deed(department, "submit");
  await browser.sees(department, "待审核");
  await browser.look(department, "111-knowledge-submitted");

  await browser.go(reviewer, "");
  await browser.sees(reviewer, "供热计费面积有争议怎么办");
  await browser.go(reviewer, "/knowledge?list=submitted");
  await browser.sees(reviewer, "供热计费面积有争议怎么办");
  await browser.look(reviewer, "112-knowledge-queue");
  await browser.go(reviewer, entry);
  await deed(reviewer, "return", { opinion: "请写明复核的期限" });
  await browser.sees(reviewer, "已退回");
  await browser.go(department, entry);
  await browser.sees(department, "请写明复核的期限");
  await deed(department, "edit", { "content.answer": "先向供热企业申请复核，五个工作日内答复。" });
  await deed(department, "submit");
  await browser.go(reviewer, entry);
  await deed(reviewer, "approve", { opinion: "同意" });
  await browser.sees(reviewer, "待发布");
  await deed(reviewer, "publish");
  await browser.sees(reviewer, "现行口径");
  await browser.look(reviewer, "113-knowledge-published");

  await browser.go(department, entry);
  await deed(department, "confirm");
  await browser.sees(department, "已办理：复核");
  await deed(department, "revise", { "content.valid_until": "2025-03-31" });
  await browser.sees(department, "工作稿");
  await deed(department, "discard", { reason: "期限另行通知" });
  await browser.sees(department, "已办理：弃用");
  await browser.go(reviewer, entry);
  await deed(reviewer, "withdraw", { reason: "口径有变" });
  await browser.sees(reviewer, "已下架");
  await browser.go(reviewer, "/knowledge?list=withdrawn");
  await browser.sees(reviewer, "供热计费面积有争议怎么办");
  for (const page of [reviewer, department]) await page.context().close();
}
