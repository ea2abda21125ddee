// What was typed is not lost: the session ends while a call is taken.

/// 话务员
export async function kept(browser) {
  const page = await browser.signIn("huawu");
  await browser.go(page, "/call");
  await page.fill("#title", "路灯不亮，无人维修");
  await page.selectOption("#place-territory", "370705");
  await page.selectOption("#category", "0201");
  await page.context().clearCookies();
  await page.fill("#body", "小区门口路灯不亮已有三天，老人晚上出门不便。");
  await page.waitForFunction(() => document.getElementById("suggestions").textContent.includes("登录已过期"));
  if ((await page.inputValue("#title")) !== "路灯不亮，无人维修") browser.fault(page, "the form is empty");
  await browser.look(page, "21-call-session-ended");
  await Promise.all([page.waitForNavigation(), page.click("main form button:has-text('登记')")]);
  await browser.sees(page, "已经保留");
  await browser.look(page, "22-sign-in-again");
  await page.fill("#name", "huawu");
  await page.fill("#password", browser.city.passwords.huawu);
  await Promise.all([page.waitForNavigation(), page.press("#password", "Enter")]);
  await browser.sees(page, "老人晚上出门不便");
  await browser.sees(page, "区县、开发区");
  await browser.look(page, "23-given-back");
  await Promise.all([page.waitForNavigation(), page.click("main form button:has-text('提交')")]);
  await browser.sees(page, "路灯不亮，无人维修");
  if (!/\/tickets\/WF/.test(page.url())) browser.fault(page, "the call is not registered");

  // Signing in leads to the page that was wanted.
  const address = new URL(page.url()).pathname.replace("/console", "");
  await page.context().clearCookies();
  await browser.go(page, address);
  await page.fill("#name", "huawu");
  await page.fill("#password", browser.city.passwords.huawu);
  await Promise.all([page.waitForNavigation(), page.press("#password", "Enter")]);
  if (!page.url().endsWith(address)) browser.fault(page, `signing in leads to ${page.url()}`);
  await page.context().close();
}
