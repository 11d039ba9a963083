// Cases that somebody follows and need not have: a colleague acts in one browser,
// the follower hears of it in another.
import { mail } from './desk.mjs';

export async function following({ visitor, signIn, look, say, must, desk }) {
  const by = (start) => desk.people.find((p) => p.email.startsWith(start));
  const boss = await visitor();
  const ito = await visitor();
  await signIn(boss, desk.people.find((p) => p.role === 'supervisor'));
  await signIn(ito, by('ito@'));
  const subject = `お見積りの件 ${Date.now() % 100_000}`;
  await mail(desk, { ...desk.customer, to: desk.mailbox, subject, text: '追加ライセンスのお見積りをお願いします。\n' });
  await boss.locator('#queue .q', { hasText: subject }).locator('a.ti').click();
  await boss.locator('#case h1', { hasText: subject }).waitFor();
  const address = boss.url();
  await boss.locator('#case h1').focus();
  await boss.keyboard.press('w');
  await boss.locator('#follow-form [name=act][value=stop]').waitFor({ state: 'attached' });
  await look(boss, 'case-followed');
  await boss.goto(`${desk.origin}/queue?view=followed`);
  await boss.locator('#queue .q', { hasText: subject }).waitFor();
  say('a case is followed by one key, and stands in the view of what one follows');

  const bell = () => boss.locator('#bell-count > span').first().textContent().then(Number);
  const before = await bell();
  await ito.goto(address);
  await ito.locator('#case h1', { hasText: subject }).waitFor();
  await ito.locator('#case h1').focus();
  await ito.keyboard.press('n');
  await naming(ito, { look, say, must, boss: (await boss.locator('details.me .who b').textContent()).trim() });
  await ito.fill('#note-text', '価格表を確認します。');
  await ito.locator('#note-form button.primary').click();
  await boss.waitForFunction((n) => Number(document.querySelector('#bell-count > span').textContent) > n, before);
  await boss.locator('#bell > summary').click();
  await boss.locator('#bell-menu .news-row', { hasText: subject }).first().waitFor();
  await look(boss, 'bell-followed');
  say('who follows it hears what a colleague did, without a reload');
  must(!(await ito.locator('#followers').textContent()).includes((await ito.locator('details.me .who b').textContent()).trim()), 'who wrote a note follows the case by that');
  await boss.context().close();
  await ito.context().close();
}

// naming completes a colleague's name in a note: by keys, by an input method,
// and not by what only looks like a name.
async function naming(page, { look, say, must, boss }) {
  const note = page.locator('#note-text');
  const names = page.locator('#note-names');
  const options = names.locator('[role=option]');
  await page.keyboard.type('@wata');
  await options.first().waitFor();
  must(await note.getAttribute('aria-activedescendant') === 'note-names-0', 'the first name is not the one that Enter takes');
  must(/1/.test(await page.locator('#note-said').textContent()), 'nobody is told that there are suggestions');
  await look(page, 'note-names');
  await page.keyboard.press('Escape');
  await names.waitFor({ state: 'hidden' });
  must(await note.inputValue() === '@wata', 'Escape took away what was written');
  must(await note.evaluate((el) => el === document.activeElement), 'Escape left the note');
  await page.keyboard.press('Backspace');
  await options.first().waitFor();
  await page.keyboard.press('Tab');
  must(await note.inputValue() === `@${boss} `, `Tab wrote ${await note.inputValue()}`);
  say('a colleague’s name is completed in a note by what was typed of it');

  const ime = await page.context().newCDPSession(page);
  const surname = boss.split(' ')[0];
  await note.fill('');
  await page.keyboard.type('確認は＠');
  await options.nth(1).waitFor();
  await ime.send('Input.imeSetComposition', { text: 'わたなべ', selectionStart: 4, selectionEnd: 4 });
  await names.waitFor({ state: 'hidden' });
  await page.keyboard.press('ArrowDown');
  must(await names.isHidden(), 'a list stands over what an input method is composing');
  await note.fill('');
  await page.keyboard.type('確認は＠');
  await ime.send('Input.insertText', { text: surname });
  await options.filter({ hasText: boss }).first().waitFor();
  await page.keyboard.press('Enter');
  must((await note.inputValue()) === `確認は@${boss} `, `Enter wrote ${await note.inputValue()}`);
  await note.fill('');
  const asked = [];
  page.on('request', (r) => r.url().includes('/mentions?') && asked.push(r.url()));
  await page.keyboard.type('連絡先は a@example');
  await page.keyboard.type(' @');
  await options.first().waitFor(); // the answer to what was typed last
  must(!asked.some((url) => url.includes('example')), 'a mail address is taken for a name');
  await page.keyboard.press('Escape');
  await ime.detach();
  say('nothing happens while an input method composes; what it gives is completed');
}
