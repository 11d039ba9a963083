// A reply is scheduled for the next business opening, moved, seen by a
// colleague, stopped by the customer's next mail, and is a draft again.
import { mail } from './desk.mjs';

export async function sendingLater({ visitor, signIn, look, say, must, desk, who }) {
  const page = await visitor();
  await signIn(page, who);
  const id = `${Date.now()}.later@customer.example`;
  const subject = `火曜日に返信してください ${Date.now() % 100_000}`;
  await mail(desk, { ...desk.customer, to: desk.mailbox, subject, id, text: '急ぎませんので、休み明けにご回答ください。\n' });
  await page.locator('#queue .q', { hasText: subject }).locator('a.ti').click();
  await page.locator('#case h1', { hasText: subject }).waitFor();
  const text = page.locator('#reply-text');
  const sentence = '休み明けに結果をお知らせいたします。';
  await text.click();
  await text.fill((await text.inputValue()).replace(/\n{3,}/, `\n\n${sentence}\n\n`));
  await page.locator('#compose-later > summary').click();
  await look(page, 'case-later');
  await page.locator('[data-later][value=opening]').click();
  await page.locator('#waiting', { hasText: sentence }).waitFor();
  must(await page.locator('#demand.met').count() === 0, 'a target is met by a reply that has not left');
  await look(page, 'case-waiting');
  await page.locator('#waiting .move summary').click();
  await page.fill('#move-clock', '11:15');
  await page.press('#move-clock', 'Enter');
  await page.locator('#waiting', { hasText: '11:15' }).waitFor();
  say('a reply is scheduled for the next opening, and moved');

  await mail(desk, { ...desk.customer, to: desk.mailbox, subject: `Re: ${subject}`, answers: id, text: '追加です。火曜日ではなく月曜日に必要です。\n' });
  await page.locator('#waiting').waitFor({ state: 'detached' });
  await page.locator('#timeline', { hasText: '予約した返信は送信されませんでした' }).waitFor();
  await page.waitForFunction((s) => document.querySelector('#reply-text').value.includes(s), sentence);
  await page.reload();
  await page.locator('#case').waitFor();
  must((await text.inputValue()).includes(sentence), 'the text of the stopped reply is lost');
  say('the customer’s mail stops the scheduled reply; its writer has the text as a draft');
  await page.context().close();
}
