// Hostile HTML in mail, in a real browser: nothing of it runs, nothing of it
// is asked for. The cases are those of internal/mailtext/safehtml.
//
// Twice: as the product shows them, and raw under the frame's policy alone, so
// that each wall is seen to hold without the other.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { letter } from './desk.mjs';

const file = join(import.meta.dirname, '..', '..', 'internal', 'mailtext', 'safehtml', 'testdata', 'hostile.txt');
const cases = `\n${readFileSync(file, 'utf8')}`.split('\n== ').slice(1)
  .map((c) => ({ name: c.split('\n', 1)[0], html: c.slice(c.indexOf('\n') + 1).replaceAll('␀', '\0') }));

// What would swallow the cases after it stands in a mail of its own.
const swallows = /plaintext|unclosed|comment|cdata|textarea|xmp|title|noscript|style|select|frameset|svg|math|template|null/;

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=';

// hostileMail lets a customer send them and an agent look.
export async function hostileMail({ visitor, signIn, look, say, must, faults, desk, who }) {
  const page = await visitor();
  page.on('dialog', (d) => { faults.add('hostile mail', `a script ran: ${d.message()}`); d.dismiss(); });
  await signIn(page, who);
  const gentle = cases.filter((c) => !swallows.test(c.name)).map((c) => `<div><b>${c.name}</b>: ${c.html}</div>`).join('\n');
  const subject = `HTML の確認 ${Date.now() % 100_000}`;
  const body = '<p style="color:#036">表の<b>とおり</b>です。<img src="cid:dot@x" width="40" height="40" alt="図"></p>'
    + '<table border="1"><tr><td bgcolor="#eeeeee">影響</td><td align="right">1,240 名</td></tr></table>'
    + `${gentle}<blockquote type="cite">前のメール</blockquote>`;
  await letter(desk, subject, [
    'Content-Type: multipart/related; boundary=rel', '', '--rel', 'Content-Type: text/html; charset=utf-8', 'Content-Transfer-Encoding: base64', '',
    ...Buffer.from(body).toString('base64').match(/.{1,76}/g),
    '--rel', 'Content-Type: image/png; name=dot.png', 'Content-ID: <dot@x>', 'Content-Transfer-Encoding: base64', '', png, '--rel--', '',
  ]);
  await page.locator('#queue .q', { hasText: subject }).locator('a.ti').click();
  await page.locator('#case h1', { hasText: subject }).waitFor();
  const frame = page.frameLocator('[data-frame]');
  await frame.getByText('1,240 名').waitFor();
  must(await frame.locator('img').first().evaluate((i) => i.naturalWidth) === 1, 'the picture of the mail is not shown');
  must(!(await frame.getByText('前のメール').isVisible()), 'the quote is not folded');
  const before = await page.locator('[data-frame]').evaluate((f) => f.clientHeight);
  await frame.locator('details.mg-quote summary').last().click();
  await frame.getByText('前のメール').waitFor();
  await page.waitForFunction((h) => document.querySelector('[data-frame]').clientHeight > h, before);
  const [height, content] = await page.locator('[data-frame]').evaluate((f) => [f.clientHeight, f.contentDocument.documentElement.scrollHeight]);
  must(Math.abs(height - content) <= 2, `the frame is ${height} px for ${content} px`);
  await look(page, 'case-html');
  say('hostile HTML is shown in its frame: nothing runs, nothing is asked for, and the frame fits');

  const address = await page.locator('[data-frame]').getAttribute('src');
  const policy = (await page.request.get(desk.origin + address)).headers()['content-security-policy'];
  await page.locator('form[action$="/view"] button').first().click();
  await page.locator('#case .bub .text', { hasText: '1,240 名' }).waitFor();
  must(await page.locator('[data-frame]').count() === 0, 'shown as text, the frame is still there');
  await page.locator('form[action$="/view"] button').first().click();
  await page.locator('[data-frame]').first().waitFor();
  say('text instead of HTML is a choice, and back');
  await page.context().close();
  await rawUnderThePolicy({ visitor, must, say, faults, policy });
  await picturesOnRequest({ visitor, signIn, must, say, desk, who, address });
}

// rawUnderThePolicy serves every case as it is, under the headers and the
// attributes that the product gives its frame.
async function rawUnderThePolicy({ visitor, must, say, faults, policy }) {
  const server = createServer((request, answer) => {
    const n = Number(request.url.slice(1));
    answer.setHeader('Content-Type', 'text/html; charset=utf-8');
    if (request.url === '/') {
      answer.end(cases.map((_, i) => `<iframe sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer" src="/${i}"></iframe>`).join(''));
    } else if (cases[n]) {
      answer.setHeader('Content-Security-Policy', policy);
      answer.end(`<!DOCTYPE html><body>${cases[n].html}`);
    } else {
      asked.push(request.url);
      answer.writeHead(404).end();
    }
  });
  const asked = [];
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const page = await visitor({ watched: false });
  page.on('dialog', (d) => { faults.add('raw under the policy', `a script ran: ${d.message()}`); d.dismiss(); });
  await page.route((url) => url.origin !== origin, (route) => {
    asked.push(route.request().url());
    return route.abort();
  });
  await page.goto(`${origin}/`, { waitUntil: 'load' });
  await page.waitForTimeout(500); // a refresh or a late script would come now
  must(page.frames().length > cases.length / 2, 'the frames were not loaded');
  must(page.url() === `${origin}/`, `the page was led away to ${page.url()}`);
  const asks = asked.filter((u) => u !== '/favicon.ico');
  must(asks.length === 0, `under the policy alone these were asked for: ${asks.join(' ')}`);
  await page.context().close();
  server.close();
  say(`${cases.length} hostile documents, raw, under the frame's policy alone: nothing runs, nothing is asked for`);
}

// picturesOnRequest lets the pictures of other hosts come, and looks at what
// is told to those hosts.
async function picturesOnRequest({ visitor, signIn, must, say, desk, who, address }) {
  const page = await visitor({ watched: false });
  const asked = [];
  await page.route((url) => url.origin !== desk.origin, (route) => {
    asked.push(route.request());
    return route.fulfill({ contentType: 'image/png', body: Buffer.from(png, 'base64') });
  });
  page.on('console', (m) => /Blocked script/.test(m.text()) && asked.push({ url: () => m.text() }));
  await signIn(page, who);
  await page.goto(desk.origin + address);
  must(asked.length === 0, `without being asked to, it loads ${asked[0]?.url()}`);
  await page.getByRole('link', { name: '画像を表示' }).click();
  await page.waitForURL(/images=1/);
  await page.waitForLoadState('load');
  must(asked.length > 0, 'asked for, the pictures do not come');
  for (const r of asked) {
    const headers = await r.allHeaders();
    must(r.resourceType() === 'image', `not a picture: ${r.url()}`);
    must(!headers.referer && !headers.cookie, `${r.url()} is told ${headers.referer ?? headers.cookie}`);
    must(!/open\?id|\/o2?$/.test(r.url()), `a tracking pixel is loaded: ${r.url()}`);
  }
  await page.context().close();
  say('pictures of other hosts come when asked for, without telling them where from');
}
