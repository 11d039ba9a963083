// The supervisor's wall: it follows what happens without a reload, each number
// leads to its cases, and why a target was missed is noted.
import { mail } from './desk.mjs';

export async function wall({ visitor, signIn, look, say, must, desk }) {
  const page = await visitor();
  await signIn(page, desk.people.find((p) => p.role === 'supervisor'));
  await page.goto(`${desk.origin}/wall`);
  await page.locator('#wall').waitFor();
  const received = page.locator('.figures a').nth(4).locator('b');
  const before = Number(await received.textContent());
  await mail(desk, { ...desk.customer, to: desk.mailbox, subject: `壁に出る質問 ${Date.now() % 100_000}`, text: '設定について教えてください。\n' });
  await page.waitForFunction((n) => Number(document.querySelectorAll('.figures a b')[4].textContent) > n, before);
  say('the wall counts a new mail without a reload');

  const reason = page.locator('#wall a[href*="/miss?"]').first();
  if (await reason.count()) {
    await reason.click();
    await page.locator('#dialog [name=reason]').fill('担当の引き継ぎ漏れ');
    await page.locator('#dialog .dfoot button').click();
    await page.locator('#wall', { hasText: '担当の引き継ぎ漏れ' }).waitFor();
  }
  await look(page, 'wall-explained');
  const hour = page.locator('.hours-chart .n a').first();
  const count = Number(await hour.textContent());
  await hour.click();
  await page.locator('#queue .q').first().waitFor();
  must(await page.locator('#queue .q').count() === count, 'the number of an hour does not lead to its cases');
  await page.goBack();
  await page.locator('#wall').waitFor();
  await page.locator('.figures a').first().click();
  await page.locator('#queue').waitFor();
  must(page.url().includes('target=breached'), 'the first number does not lead to its cases');
  say('why a target was missed is noted, and a number leads to its cases');
  await page.context().close();
}
