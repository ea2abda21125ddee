// Forms as a person fills them in: a deed of a page is opened first, any other form is found by where it
// goes.

async function fill(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = form.locator(`[name="${name}"]`);
    const kind = await field.first().evaluate((one) => one.type || one.tagName);
    if (kind === "radio") await form.locator(`[name="${name}"][value="${value}"]`).check();
    else if (kind === "checkbox") for (const one of [value].flat()) await form.locator(`[name="${name}"][value="${one}"]`).check();
    else if (kind === "file") await field.setInputFiles(value);
    else if (kind.startsWith("select")) await field.selectOption(value);
    else await field.fill(value);
  }
}

async function opened(page, key) {
  const form = page.locator(`form[action$="/commands/${key}"]`);
  const details = form.locator("xpath=ancestor::details[1]");
  if (!(await details.evaluate((one) => one.open))) await details.locator("> summary").click();
  return form;
}

async function submit(page, form) {
  await Promise.all([page.waitForNavigation(), form.locator("button[type=submit]").first().click()]);
}

/// Opens a deed of the page, fills its form in and sends it.
export async function deed(page, key, fields = {}) {
  const form = await opened(page, key);
  await fill(form, fields);
  await submit(page, form);
}

/// Fills the form of that address in and sends it.
export async function sent(page, action, fields = {}) {
  const form = page.locator(`form[method=post][action="/console${action}"]`);
  await fill(form, fields);
  await submit(page, form);
}

/// Asks a deed's form for more rows; what was typed stays.
export async function moreRows(page, key, fields) {
  const form = await opened(page, key);
  await fill(form, fields);
  await Promise.all([page.waitForNavigation(), form.locator("button[name=more]").first().click()]);
}
