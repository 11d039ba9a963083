// One act for several cases: selected by key, by Shift and as a whole view,
// while the list changes; done in part; taken back from the word that says so.
import { mail } from './desk.mjs';

export async function bulk({ visitor, signIn, look, say, must, desk, who, narrow }) {
  const page = await visitor();
  await signIn(page, who);
  const rows = page.locator('#queue .q');
  const count = page.locator('#bulk-count');
  const toast = page.locator('#toasts [data-batch]');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.locator('#bulk').waitFor();
  must((await count.innerText()).startsWith('1 件を選択中'), `X selects one: ${await count.innerText()}`);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Shift+X');
  must((await count.innerText()).startsWith('3 件を選択中'), `Shift and X select a range: ${await count.innerText()}`);
  await rows.nth(4).locator('.pick').click({ modifiers: ['Shift'] });
  must((await count.innerText()).startsWith('5 件を選択中'), `Shift and a click select a range: ${await count.innerText()}`);
  await rows.nth(4).locator('.pick').click();
  const ids = await page.locator('.q:has(.pick:checked)').evaluateAll((all) => all.map((el) => el.id.slice(2)));
  must(ids.length === 4, `${ids.length} boxes are ticked`);
  const subject = `一覧が変わります ${Date.now() % 100_000}`;
  await mail(desk, { ...desk.customer, to: desk.mailbox, subject, text: 'お問い合わせです。\n' });
  await rows.filter({ hasText: subject }).waitFor();
  const still = await page.locator('.q:has(.pick:checked)').evaluateAll((all) => all.map((el) => el.id.slice(2)));
  must(still.length === 4 && ids.every((id) => still.includes(id)), 'a new row changes what is selected');
  await look(page, 'bulk-select');
  say('rows are selected by X, Shift and the mouse, and stay selected while the list changes');

  await page.keyboard.press('b');
  await page.locator('#bulk-form').waitFor();
  await page.locator('#bulk-form .seg label', { hasText: 'タグ' }).click();
  const tag = `一括 ${Date.now() % 100_000}`;
  await page.locator('#bulk-form [name=new]').fill(tag);
  await look(page, 'bulk-panel');
  await page.locator('#bulk-form button.primary').click();
  await toast.filter({ hasText: '4 件を変更しました' }).waitFor();
  await page.waitForFunction((t) => [...document.querySelectorAll('#queue .q .tag')].filter((el) => el.textContent.includes(t)).length === 4, tag);
  await page.locator('#bulk').waitFor({ state: 'hidden' });
  await page.keyboard.press('z');
  await toast.filter({ hasText: '4 件を元に戻しました' }).waitFor();
  await page.waitForFunction((t) => ![...document.querySelectorAll('#queue .q .tag')].some((el) => el.textContent.includes(t)), tag);
  say('one act changes all of them, and Z from its word takes it back');

  // What may not be done with some is listed, with the reason.
  await page.locator('#pick').click();
  await page.locator('[data-bulk-all]').click();
  must(/^全 \d+ 件を選択中$/.test((await count.innerText()).trim()), `the whole view says its number: ${await count.innerText()}`);
  const number = Number((await count.innerText()).match(/\d+/)[0]);
  await page.locator('#bulk [data-key=b]').click();
  await page.locator('#bulk-form .seg label', { hasText: '状態' }).click();
  await page.locator('#bulk-form [name=status]').selectOption('resolved');
  await page.locator('#bulk-form button.primary').click();
  await page.locator('#batch > [role=status]', { hasText: '件を変更しました' }).waitFor();
  const said = await page.locator('#batch').innerText();
  const [done, left] = [said.match(/(\d+) 件を変更/), said.match(/(\d+) 件は変更できません/)].map((m) => Number(m?.[1]));
  must(done + left === number && left > 0 && said.includes('理由を入力してください'), `${number} were asked, the answer is: ${said}`);
  await look(page, 'bulk-result');
  await page.locator('#batch [data-key=z]').click();
  await page.locator('#batch, #toasts [data-batch]').filter({ hasText: `${done} 件を元に戻しました` }).first().waitFor();
  say('a whole view is changed as far as each case allows; the rest is listed with its reason');

  await page.setViewportSize(narrow);
  await page.goto(`${desk.origin}/queue?view=all`);
  await page.locator('#pick').click();
  await page.locator('.q .pick').nth(1).check();
  await look(page, 'bulk-narrow');
  await page.locator('#bulk [data-key=b]').click();
  await page.locator('#bulk-form').waitFor();
  await look(page, 'bulk-panel-narrow');
  await page.context().close();
  say('it is the same on a phone');
}

// Two people who take the next case at once get two cases.
export async function taking({ visitor, signIn, say, must, desk, look }) {
  const by = (start) => desk.people.find((p) => p.email.startsWith(start));
  const [sato, ito] = [await visitor(), await visitor()];
  await signIn(sato, by('sato@'));
  await signIn(ito, by('ito@'));
  for (const n of [1, 2]) {
    await mail(desk, { ...desk.customer, to: desk.mailbox, subject: `担当のない案件 ${n}`, text: 'お問い合わせです。\n' });
    await sato.locator('#queue .q', { hasText: `担当のない案件 ${n}` }).waitFor();
  }
  const path = (page) => page.waitForURL((u) => u.pathname.startsWith('/cases/')).then(() => new URL(page.url()).pathname);
  const [a, b] = await Promise.all([sato, ito].map(async (page) => {
    await page.keyboard.press('t');
    return path(page);
  }));
  must(a !== b, `both got ${a}`);
  await sato.locator('#timeline', { hasText: '本人が取りました' }).waitFor();
  await ito.locator('#timeline', { hasText: 'They took the most urgent one' }).waitFor();
  await look(sato, 'take-next');
  await sato.context().close();
  await ito.context().close();
  say('two who take the next case at once get two cases, and the history says why');
}
