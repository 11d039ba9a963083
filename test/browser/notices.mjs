// Notices and tasks: a colleague gives a case, the bell counts without a
// reload, its menu and list lead to the case, and reading is taken back; a task
// is set beside the case, put off and done.
export async function notices({ visitor, signIn, look, say, must, desk, who }) {
  const page = await visitor();
  await signIn(page, who);
  const count = () => page.locator('#bell-count > span').first().textContent();
  const before = Number(await count());

  const supervisor = await visitor();
  await signIn(supervisor, desk.people.find((p) => p.role === 'supervisor'));
  await supervisor.goto(`${desk.origin}/queue?assignee=none&status=new,open`);
  await supervisor.locator('#queue .q a.ti').first().click();
  await supervisor.locator('#case').waitFor();
  const subject = (await supervisor.locator('#case h1').textContent()).trim();
  await supervisor.locator('#assign-menu > summary').click();
  const name = (await page.locator('details.me .who b').textContent()).trim();
  await supervisor.locator('#assign-form button', { hasText: name }).click();
  await page.waitForFunction((n) => Number(document.querySelector('#bell-count > span').textContent) > n, before);
  await page.locator('#bell > summary').click();
  await page.locator('#bell-menu .news-row', { hasText: subject }).first().waitFor();
  await look(page, 'bell');
  await page.keyboard.press('Escape');
  say('a case that is given to somebody rings their bell, without a reload');

  await page.goto(`${desk.origin}/notices`);
  const rows = await page.locator('.news-list > li').count();
  must(rows > 0, 'the list of notices is empty');
  await page.locator('main .head form button').click();
  await page.locator('main form[action="/notices/unread"] button').click();
  await page.locator('.news-list > li').first().waitFor();
  must(await page.locator('.news-list > li').count() === rows, 'undoing did not bring the notices back');
  await page.locator('.news-list a', { hasText: /./ }).first().click();
  await page.locator('#case').waitFor();
  say('all notices are marked as read, that is undone, and one leads to its case');

  const text = `折り返しの電話 ${Date.now() % 100_000}`;
  await page.locator('#add-task').click();
  await page.locator('#dialog [name=text]').fill(text);
  await page.locator('#dialog [name=when][value=next]').check();
  await page.locator('#dialog .dfoot button.primary').click();
  const task = page.locator('#case-tasks li', { hasText: text });
  await task.waitFor();
  await task.locator('details.snooze > summary').click();
  await task.locator('button[value=three]').click();
  await page.locator('#timeline', { hasText: text }).waitFor();
  await page.locator('#case-tasks li', { hasText: text }).locator('button.tick').click();
  await page.locator('#case-tasks li.done', { hasText: text }).waitFor();
  await look(page, 'case-task');
  say('a task is set by the business calendar, put off, and done');
  await supervisor.context().close();
  await page.context().close();
}
