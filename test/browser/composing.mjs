// Composing: a draft that survives a reload, files by choosing, dropping and
// pasting, a reply taken back within ten seconds, and its delivery.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mail } from './desk.mjs';

export async function composing({ visitor, signIn, look, say, must, desk, who }) {
  const page = await visitor();
  await signIn(page, who);
  const subject = `添付を送ってください ${Date.now() % 100_000}`;
  await mail(desk, { ...desk.customer, to: desk.mailbox, subject, text: '設定の手順書を送っていただけますか。\n' });
  await page.locator('#queue .q', { hasText: subject }).locator('a.ti').click();
  await page.locator('#case h1', { hasText: subject }).waitFor();

  const text = page.locator('#reply-text');
  await text.click();
  const sentence = '手順書をお送りいたします。**3 ページ**をご覧ください。';
  await text.fill((await text.inputValue()).replace(/\n{3,}/, `\n\n${sentence}\n\n`));
  const folder = mkdtempSync(join(tmpdir(), 'madoguchi-files-'));
  const guide = join(folder, '手順書（第 2 版）.txt');
  writeFileSync(guide, '1. サインインします。\n');
  await page.setInputFiles('#attach', guide);
  await page.locator('#draft-files li', { hasText: '手順書（第 2 版）.txt' }).waitFor();
  for (const [kind, name] of [['drop', 'dropped.csv'], ['paste', 'pasted.csv']]) {
    await text.evaluate((el, [event, file]) => {
      const data = new DataTransfer();
      data.items.add(new File(['a,b\n1,2\n'], file, { type: 'text/csv' }));
      el.dispatchEvent(event === 'drop'
        ? new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data })
        : new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data }));
    }, [kind, name]);
    await page.locator('#draft-files li', { hasText: name }).waitFor();
  }
  await page.locator('#draft-files li', { hasText: 'dropped.csv' }).locator('button').click();
  await page.locator('#draft-files li', { hasText: 'dropped.csv' }).waitFor({ state: 'detached' });
  rmSync(folder, { recursive: true });
  say('files are attached by choosing, dropping and pasting, and taken off again');

  await page.waitForFunction(() => document.getElementById('draft-state').textContent !== '');
  await page.waitForFunction(() => !Object.keys(localStorage).some((k) => k.startsWith('draft:')));
  const other = await visitor(); // another browser of the same person
  await signIn(other, who);
  await other.goto(page.url());
  must((await other.locator('#reply-text').inputValue()).includes(sentence), 'the draft is not on the server');
  must(await other.locator('#draft-files li').count() === 2, 'the files of the draft are not on the server');
  await look(other, 'case-draft');
  await other.context().close();
  await page.reload();
  await page.locator('#case').waitFor();
  must((await text.inputValue()).includes(sentence), 'the draft did not survive a reload');
  say('the draft survives a reload, and is found in another browser');

  await page.locator('[data-send]').click();
  await page.locator('[data-undo] button').waitFor();
  await page.locator('#demand.met').waitFor();
  await look(page, 'case-undo');
  await page.keyboard.press('z');
  await page.locator('.bub.undone', { hasText: sentence }).waitFor();
  await page.waitForFunction((s) => document.querySelector('#reply-text').value.includes(s), sentence);
  must(await page.locator('#draft-files li').count() === 2, 'the files did not come back');
  must(await page.locator('#demand.met').count() === 0, 'a target is met by a reply that was taken back');
  say('a reply is taken back with one key: the target is open again, text and files are a draft');

  // It is taken back to be mended: what is written now must outlive what else
  // happens on the page, and must not stay behind when it is sent.
  const news = () => page.evaluate(() => new Promise((seen) => {
    document.addEventListener('htmx:after:swap', seen, { once: true });
    globalThis.htmx.trigger(document.getElementById('case'), 'live:case');
  }));
  const mended = ['なお、手順 2 が変わっております。', '手順 3 もご確認ください。'];
  for (const more of mended) {
    await text.fill((await text.inputValue()).replace(sentence, `${sentence}\n${more}`));
    await page.waitForFunction(() => !Object.keys(localStorage).some((k) => k.startsWith('draft:')));
    await news();
    must((await text.inputValue()).includes(more), 'what was mended in a reply that was taken back is gone');
    await page.locator('[data-send]').click();
    await page.locator('.bub.out:not(.undone)', { hasText: more }).waitFor();
    await news();
    must(!(await text.inputValue()).includes(sentence), 'a reply that was taken back and sent again is still in the composer');
    if (more === mended.at(-1)) continue;
    await page.locator('[data-undo] button').click();
    await page.locator('.bub.undone', { hasText: more }).waitFor();
    await page.waitForFunction((s) => document.querySelector('#reply-text').value.includes(s), more);
  }
  say('a reply that was taken back is mended and sent again, and the composer is empty');

  await page.locator('#timeline .bub.out:not(.undone) .chip', { hasText: '送信済み' }).waitFor({ timeout: 25_000 });
  must(await page.locator('[data-undo] button:visible').count() === 0, 'what has left can still be taken back');
  must(await page.locator('#draft-files li').count() === 0, 'the files of a sent reply are still in the draft');
  await page.goto(`${desk.origin}/sent`);
  await page.getByRole('link', { name: new RegExp(subject) }).first().click();
  await page.getByText('手順書をお送りいたします。3 ページをご覧ください。').first().waitFor();
  say('ten seconds later it has left, and its plain part reads as a business mail');
  await page.context().close();
}
