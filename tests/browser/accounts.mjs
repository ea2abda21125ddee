// Somebody new at work: the system's administrator makes the account, the security's grants the post, and
// whoever it is chooses a password.
import { deed, sent } from "./forms.mjs";

const CHOSEN = "Wo-de-xin-mima-2024-11";

/// A page of somebody with an account and a post that the city did not begin with.
export async function employed(browser, city, account, post) {
  const system = await browser.signIn("xitong");
  await browser.go(system, "/accounts");
  await sent(system, "/accounts", account);
  const word = await system.locator(".once code").textContent();
  const security = await browser.signIn("anquan");
  await browser.go(security, `/accounts/${account.name}`);
  await deed(security, "grant", post);
  for (const page of [system, security]) await page.context().close();

  return anew(browser, city, account.name, word);
}

/// A page of somebody whose password has grown old, with another one.
export async function renewed(browser, city, name) {
  return anew(browser, city, name, city.passwords[name]);
}

/// Signs in with what opens nothing but the choice of another password, and then with that.
async function anew(browser, city, name, word) {
  const page = await browser.person();
  await signedIn(city, page, name, word);
  await page.waitForURL(`${city.base}/console/password`);
  await chosen(city, page, word);
  await signedIn(city, page, name, CHOSEN);
  await page.waitForURL(`${city.base}/console`);
  return page;
}

export async function signedIn(city, page, name, word) {
  await page.goto(`${city.base}/console/sign-in`);
  await page.fill("#name", name);
  await page.fill("#password", word);
  await page.keyboard.press("Enter");
}

/// Another password than the first one; one signs in again.
export async function chosen(city, page, word) {
  await page.fill("#old", word);
  await page.fill("#new", CHOSEN);
  await page.fill("#again", CHOSEN);
  await Promise.all([page.waitForNavigation(), page.press("#again", "Enter")]);
  await page.waitForURL(`${city.base}/console/sign-in`);
}
