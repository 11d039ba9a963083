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
