// Working cases: the queue narrowed by its address and by chips, a view kept
// and removed with a way back, tags, a hold until a day.
export async function working({ visitor, signIn, look, say, must, desk, who }) {
  const page = await visitor();
  await signIn(page, who);
  await page.goto(`${desk.origin}/queue?view=all`);
  const all = await page.locator('#queue .q').count();

  await page.locator('#queue-filter').click();
  const panel = page.locator('#dialog form.filters');
  await panel.locator('summary', { hasText: '担当' }).click();
  await panel.locator('input[name=assignee][value=me]').check();
  await panel.locator('select[name=sort]').selectOption('priority');
  await panel.locator('button[type=submit]').click();
  await page.waitForURL((u) => u.searchParams.get('assignee') === 'me' && u.searchParams.get('sort') === 'priority');
  const mine = await page.locator('#queue .q').count();
  must(mine > 0 && mine < all, `the filter shows ${mine} of ${all} cases`);
  await page.locator('.fchips a.chip', { hasText: '担当：自分' }).waitFor();
  await look(page, 'queue-filtered');
  say('the queue is narrowed by a panel, and its address says so');

  const name = `私の分 ${Date.now() % 100_000}`;
  await page.locator('#keep-view').click();
  await page.fill('#dialog input[name=name]', name);
  await page.locator('#view-form button[type=submit]').click();
  await page.waitForURL((u) => (u.searchParams.get('view') ?? '').length > 20);
  await page.locator('#queue summary', { hasText: name }).waitFor();
  await page.goto(`${desk.origin}/views`);
  await page.getByRole('button', { name: `「${name}」を削除` }).click();
  await page.getByRole('button', { name: '元に戻す' }).click();
  await page.locator('main a', { hasText: name }).first().waitFor();
  say('a view is kept under a name, removed, and brought back');

  await page.goto(`${desk.origin}/queue?assignee=me`);
  await page.locator('.fchips a.chip').first().click();
  await page.waitForURL((u) => !u.searchParams.has('assignee'));
  say('a chip takes its filter away');

  await page.goto(`${desk.origin}/queue?view=mine`);
  await page.locator('#queue .q a.ti').first().click();
  await page.locator('#tag-name').waitFor();
  const tag = `検証 ${Date.now() % 100_000}`;
  await page.fill('#tag-name', tag);
  await page.press('#tag-name', 'Enter');
  await page.locator('.tagedit .tag', { hasText: tag }).waitFor();
  await page.goto(`${desk.origin}/queue?tag=${encodeURIComponent(tag)}`);
  must(await page.locator('#queue .q').count() === 1, 'a case is not found by its tag');
  say('a case gets a tag, and is found by it');

  await page.locator('#queue .q a.ti').first().click();
  await page.locator('#status-menu summary').click();
  await page.fill('#status-reason', '開発へ確認中');
  await page.fill('#status-until', '2026-11-23');
  await page.locator('#status-form button[value=on_hold]').first().click();
  await page.locator('#timeline', { hasText: '11/24（火）10:00 まで' }).waitFor();
  say('a hold until a holiday ends when the desk opens next');
  await page.context().close();
}
