// Two matters in one case: the second mail becomes a case of its own, whose
// clock counts from when that mail came. Asked for by the palette, and taken back.
import { mail } from './desk.mjs';

export async function splitting({ visitor, signIn, look, say, must, desk, who, narrow }) {
  const page = await visitor();
  await signIn(page, who);
  const stamp = Date.now() % 100_000;
  const first = `split-${stamp}@aoba-shoji.example`;
  const subject = `二つの件 ${stamp}`;
  await mail(desk, { ...desk.customer, to: desk.mailbox, subject, text: 'ログインの画面が開きません。\n', id: first });
  await page.locator('#queue .q', { hasText: subject }).waitFor();
  await mail(desk, { ...desk.customer, to: desk.mailbox, subject: `Re: ${subject}`, text: '別件ですが、料金表をいただけますか。\n', answers: first });
  await page.locator('#queue .q', { hasText: subject }).locator('a.ti').click();
  await page.locator('#timeline', { hasText: '料金表をいただけますか' }).waitFor();
  const old = new URL(page.url()).pathname;

  const split = async (name) => {
    await page.locator('#split-form input[name=message]').nth(1).check();
    await page.locator('#split-plan .clock-changes li', { hasText: '計測を始めます（期限' }).waitFor();
    await page.fill('#split-form [name=subject]', name);
    await page.fill('#split-form [name=reason]', '別件のため');
  };
  await page.keyboard.press('Control+k');
  await page.locator('#palette[open] input').fill('bunkatsu');
  await page.locator('#palette-list [role=option]', { hasText: '別件を新しいケースに分割する' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('#split-form').waitFor();
  await split(`料金表 ${stamp}`);
  await look(page, 'split');
  await page.setViewportSize(narrow);
  await look(page, 'split-narrow');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.locator('#split-form .dfoot button.primary').click();
  await page.locator('#case h1', { hasText: `料金表 ${stamp}` }).waitFor();
  const fresh = new URL(page.url()).pathname;
  must(fresh !== old, 'the split led nowhere');
  must(await page.locator('#timeline', { hasText: '料金表をいただけますか' }).isVisible(), 'the mail is not in the new case');
  must(!(await page.locator('#timeline').innerText()).includes('ログインの画面が開きません'), 'the first mail went along');
  must(await page.locator('#demand.run, #demand.soon, #demand.rest').count() === 1, 'the clock of the new case does not run');
  say('a second matter becomes a case of its own, and its deadline is shown before');

  await page.locator('#side button', { hasText: '分割を取り消す' }).click();
  await page.waitForURL((u) => u.pathname === old);
  await page.locator('#timeline', { hasText: '料金表をいただけますか' }).waitFor();
  say('the split is taken back');
  await page.context().close();
}
