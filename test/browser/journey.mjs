// One journey in a real browser, against the built binary: sign in, see a mail
// arrive, reply, see the target met, read what was sent. On the way every page
// is looked at in both languages, light and dark, wide and narrow, and
// anything that a page must not do fails the journey.
//
//   MADOGUCHI_BINARY=./madoguchi node test/browser/journey.mjs [--screens]
//
// Pictures go to test/browser/out/ (not committed); --screens also renews the
// ones that README shows, in docs/screens/.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, watch, audit, overflow, steady, weight, Faults } from './watch.mjs';
import { start, startEmpty, mail } from './desk.mjs';
import { bulk, taking } from './bulk.mjs';
import { choosing } from './choosing.mjs';
import { composing } from './composing.mjs';
import { working } from './working.mjs';
import { sendingLater } from './later.mjs';
import { finding } from './finding.mjs';
import { following } from './following.mjs';
import { haltingLine } from './halting.mjs';
import { hostileMail } from './hostile.mjs';
import { notices } from './notices.mjs';
import { wall } from './wall.mjs';
import { pages } from './pages.mjs';
import { people } from './people.mjs';
import { splitting } from './splitting.mjs';
import { signingIn } from './signin.mjs';
import { together } from './together.mjs';

const binary = process.env.MADOGUCHI_BINARY;
if (!binary) {
  console.error('set MADOGUCHI_BINARY to the built program (go build -o madoguchi ./cmd/madoguchi)');
  process.exit(2);
}
const out = join(import.meta.dirname, 'out');
const screens = process.argv.includes('--screens') ? join(import.meta.dirname, '..', '..', 'docs', 'screens') : null;
mkdirSync(out, { recursive: true });

const wide = { width: 1440, height: 900 };
const narrow = { width: 390, height: 844 };
const answer = 'ただいま原因を調べております。';
const faults = new Faults();
let steps = 0;
let audits = 0;

const say = (text) => {
  console.log(`${String(++steps).padStart(2)}. ${text}`);
  heard = Date.now();
};
// A browser that answers nothing any more must not hold a release up for ever.
const silence = 5 * 60_000;
let heard = Date.now();
setInterval(() => {
  if (Date.now() - heard < silence) return;
  console.error(`✗ nothing was heard for ${silence / 60_000} minutes after step ${steps} and ${audits} page views`);
  process.exit(1);
}, 5_000).unref();
const must = (truth, text) => {
  if (!truth) throw new Error(text);
};

const browser = await launch();
let desk = null; // the one that is looked at
let failure = null;
try {
  await using(await startEmpty(binary), firstDay);
  await using(await start(binary), async () => {
    if (screens) await pictures();
    await journey();
    const who = desk.people.find((p) => p.role === 'agent');
    await composing({ visitor, signIn, look, say, must, desk, who });
    await working({ visitor, signIn, look, say, must, desk, who });
    await splitting({ visitor, signIn, look, say, must, desk, who, narrow });
    await bulk({ visitor, signIn, look, say, must, desk, who, narrow });
    await taking({ visitor, signIn, look, say, must, desk });
    await sendingLater({ visitor, signIn, look, say, must, desk, who });
    await finding({ visitor, signIn, look, say, must, desk, who, narrow });
    await together({ visitor, signIn, look, say, must, desk, faults });
    await hostileMail({ visitor, signIn, look, say, must, faults, desk, who });
    await notices({ visitor, signIn, look, say, must, desk, who });
    await following({ visitor, signIn, look, say, must, desk });
    await wall({ visitor, signIn, look, say, must, desk });
    await choosing({ visitor, signIn, look, say, must, desk, narrow });
    await people({ visitor, signIn, look, say, must, desk, narrow });
    await signingIn({ visitor, look, say, must, desk, narrow });
    await haltingLine({ visitor, signIn, say, desk, faults, wide, narrow });
    await everyPage();
  });
} catch (e) {
  failure = e;
}
await browser.close();

for (const line of faults.lines) console.error(`✗ ${line}`);
if (failure) console.error(`✗ ${failure.stack}`);
if (failure || faults.lines.length > 0) process.exit(1);
console.log(`journey passed: ${steps} steps, ${audits} page views audited, no fault`);

// using plays something at a desk, stops it, and looks at how it ended.
async function using(one, play) {
  desk = one;
  try {
    await play();
  } finally {
    const { code, printed } = await one.stop();
    if (code !== 0) faults.add('the desk', `ended with ${code}`);
    if (/level=ERROR|panic:/.test(printed)) faults.add('the desk', `logged an error:\n${printed}`);
  }
}

// visitor opens a browser of its own with everything watched.
async function visitor({ view = wide, scheme = 'light', watched = true, at = desk.origin, also = [] } = {}) {
  const context = await browser.newContext({ viewport: view, colorScheme: scheme, locale: 'ja-JP', timezoneId: 'Asia/Tokyo', reducedMotion: 'reduce' });
  // Seen once: Chromium never said that it had closed one, and the journey waited.
  const close = context.close.bind(context);
  context.close = () => Promise.race([close(), new Promise((done) => setTimeout(done, 10_000))]);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  if (watched) await watch(page, at, faults, also);
  return page;
}

async function signIn(page, who) {
  await page.goto(`${desk.origin}/`);
  await page.locator('input[name=mail]').fill(who.email);
  await page.locator('input[name=password]').fill(who.password);
  await page.locator('form:has(input[name=password]) button[type=submit]').click();
  await page.locator('#queue').waitFor();
}

async function look(page, name) {
  audits += 1;
  heard = Date.now();
  // What still moves or waits for the server is looked at when it stands.
  await page.waitForFunction(() => !document.querySelector('.htmx-request')
    && document.getAnimations().every((a) => a.playState !== 'running'));
  await audit(page, name, faults);
  await overflow(page, name, faults);
  await page.screenshot({ path: join(out, `${name}.png`) });
}

// firstDay sets an empty desk up on its screens, up to the first mail.
async function firstDay() {
  const page = await visitor();
  await page.goto(`${desk.origin}/`);
  const field = (name) => page.locator(`main [name=${name}]`).first();
  const save = () => page.locator('main form button[type=submit]').last().click();
  await field('token').fill(desk.token);
  await field('name').fill('高橋 直子');
  await field('mail').fill('takahashi@desk.example');
  await look(page, 'first-run');
  await field('password').fill('a long password for the first day');
  await save();
  await page.locator('#queue').waitFor();
  await look(page, 'empty-queue');
  say('the one-time token makes the first administrator of an empty desk');

  await page.goto(`${desk.origin}/site`);
  await field('mail').fill('support@desk.example');
  await field('phone').fill('03-0000-0100');
  await save();
  await page.goto(`${desk.origin}/customers/new`);
  await field('name').fill('白波印刷株式会社');
  await field('domains').fill('shiranami.example');
  await save();
  await page.locator('main form[action$="/contacts"]').waitFor();
  await field('name').fill('中村 剛');
  await field('addresses').fill('nakamura@shiranami.example');
  await save();
  await page.locator('main a', { hasText: '中村 剛' }).waitFor();
  await look(page, 'first-customer');
  say("the desk's address, a customer and a contact are registered on the screens");

  await page.goto(`${desk.origin}/queue`);
  await mail(desk, { from: 'nakamura@shiranami.example', to: 'support@desk.example', subject: '最初のお問い合わせ', text: '監査ログの保存期間を教えてください。\n' });
  await page.locator('#queue .q', { hasText: '白波印刷株式会社' }).waitFor();
  say('the first mail is the first case');
  await page.context().close();
}

async function journey() {
  const page = await visitor();
  const who = desk.people.find((p) => p.role === 'agent') ?? desk.people[0];
  await page.goto(`${desk.origin}/`);
  await page.locator('input[name=password]').waitFor();
  await look(page, 'sign-in');
  await signIn(page, who);
  say(`${who.email} is signed in and sees the queue`);

  const bytes = await weight(page, `${desk.origin}/queue`);
  must(bytes > 0 && bytes <= 12 * 1024, `the first view of the queue weighs ${bytes} bytes beyond the cached assets`);
  say(`the first view of the queue comes in ${(bytes / 1024).toFixed(1)} KB beyond the cached assets`);

  // A colleague's half-written answer must survive what happens next.
  const rows = page.locator('#queue .q a.ti');
  must(await rows.count() > 3, 'the demonstration has too few cases');
  await rows.nth(1).click();
  await page.locator('#case').waitFor();
  const draft = 'ご連絡ありがとうございます。ただいま確認して';
  await page.locator('#reply-text').click();
  await page.locator('#reply-text').press('Control+End');
  await page.locator('#reply-text').pressSequentially(draft);
  await page.locator('#qlist').evaluate((el) => { el.scrollTop = Math.min(60, el.scrollHeight - el.clientHeight); });
  await page.evaluate(() => { globalThis.sameDocument = true; });
  const before = await person(page);
  say('a reply is half written');

  const subject = `外出先からサインインできません ${Date.now() % 100_000}`;
  await mail(desk, { ...desk.customer, to: desk.mailbox, subject, text: '今朝から、外出先のパソコンでサインインの画面が先に進みません。\n影響は営業部の 12 名です。\n' });
  const row = page.locator('#queue .q', { hasText: subject });
  await row.waitFor();
  say('a mail came in through SMTP and stands in the queue, without a reload');

  const after = await person(page);
  must(after.same, 'the page was loaded again');
  must(after.focus === before.focus, `the focus went from ${before.focus} to ${after.focus}`);
  must(after.text === before.text && after.text.endsWith(draft), 'the half-written reply was touched');
  must(after.caret === before.caret, `the caret went from ${before.caret} to ${after.caret}`);
  must(Math.abs(after.queue - before.queue) <= 1, `the queue scrolled from ${before.queue} to ${after.queue}`);
  must(after.timeline === before.timeline, 'the timeline scrolled');
  say('focus, caret, draft and scrolling are where they were');

  await row.locator('a.ti').click();
  await page.locator('#case h1', { hasText: subject }).waitFor();
  must(await page.locator('#timeline').getByText('影響は営業部の 12 名です。').isVisible(), 'the mail is not shown');
  must(await page.locator('#demand.run, #demand.soon, #demand.rest').count() === 1, 'the clock does not run');
  await look(page, 'case-new');
  say('the new case shows the mail and its running target');

  const colleague = await visitor();
  await signIn(colleague, desk.people.find((p) => p.role === 'agent' && p !== who));
  await colleague.goto(page.url());
  await colleague.locator('#case h1', { hasText: subject }).waitFor();

  await page.locator('#demand [data-compose]').click();
  const text = page.locator('#reply-text');
  await text.fill((await text.inputValue()).replace(/\n{3,}/, `\n\nご不便をおかけし、誠に申し訳ございません。\n${answer}\n\n`));
  must(await page.locator('input[name=kind][value=initial_response]').isChecked(), 'the reply is not assumed to be the initial response');
  must((await page.locator('#effect').textContent()).includes('達成'), 'the composer does not say that sending meets the target');
  await page.locator('[data-send]').click();
  await page.locator('#timeline .bub.out', { hasText: answer }).waitFor();
  await page.locator('#side', { hasText: '達成' }).waitFor();
  await look(page, 'case-answered');
  say('the reply is sent, and the target is met');

  await colleague.locator('#timeline .bub.out', { hasText: answer }).waitFor();
  await colleague.locator('#demand.met').waitFor();
  await colleague.context().close();
  say('a colleague who has the case open sees both, without a reload');

  await page.goto(`${desk.origin}/sent`);
  await page.getByText(subject).first().waitFor();
  await look(page, 'sent');
  await page.getByRole('link', { name: new RegExp(subject) }).first().click();
  await page.getByText(answer).first().waitFor();
  await look(page, 'sent-mail');
  say('the mail that left can be read');

  // The first draft is still there after all this.
  await page.goto(`${desk.origin}/queue`);
  await page.locator('#queue .q a.ti', { hasText: before.title }).first().click();
  await page.locator('#case h1', { hasText: before.title }).waitFor();
  await page.waitForFunction((d) => document.querySelector('#reply-text').value.endsWith(d), draft);
  await page.locator('#reply-text').fill('');
  say('the half-written reply came back');
  await page.context().close();
}

// person is what belongs to the person at the screen.
function person(page) {
  return page.evaluate(() => {
    const text = document.querySelector('#reply-text');
    return {
      same: globalThis.sameDocument === true,
      title: document.querySelector('#case h1').textContent,
      focus: document.activeElement?.id,
      text: text.value,
      caret: text.selectionStart,
      queue: document.querySelector('#qlist').scrollTop,
      timeline: document.querySelector('#timeline').scrollTop,
    };
  });
}

// everyPage looks at each page in every form that it has.
async function everyPage() {
  const admin = desk.people.find((p) => p.role === 'administrator') ?? desk.people[0];
  for (const lang of ['ja', 'en']) {
    for (const scheme of ['light', 'dark']) {
      for (const [width, view] of [['wide', wide], ['narrow', narrow]]) {
        const page = await visitor({ view, scheme });
        await signIn(page, admin);
        await speak(page, lang);
        for (const { name, path, ready } of await pages(page, desk.origin)) {
          await page.goto(desk.origin + path);
          await page.locator(ready).first().waitFor();
          await look(page, `${name}.${lang}.${scheme}.${width}`);
          await steady(page, `${name}.${lang}.${scheme}.${width}`, faults);
        }
        await page.context().close();
      }
    }
  }
  say(`every page is accessible and fits, in both languages, light and dark, at ${wide.width} and ${narrow.width} px`);
}

// pictures renews docs/screens: the workspace with an urgent case, the contract,
// the wall and the parts, wide and narrow, in both languages. They are looked
// at beside the drawings.
async function pictures() {
  mkdirSync(screens, { recursive: true });
  for (const [suffix, view] of [['', wide], ['.390', narrow]]) {
    for (const lang of ['ja', 'en']) {
      const page = await visitor({ view });
      await signIn(page, desk.people.find((p) => p.role === 'supervisor'));
      await speak(page, lang);
      await page.locator('#queue .q a.ti', { hasText: '社外からのアクセスが' }).first().click();
      await page.locator('#case').waitFor();
      const take = async (name, whole = false) => {
        await page.mouse.move(0, 0);
        await page.screenshot({ path: join(screens, `${name}.${lang}${suffix}.png`), fullPage: whole });
      };
      await take('workspace');
      for (const [name, path, ready] of [['contract', '/contract', 'main h1'], ['wall', '/wall', '#wall'], ['parts', '/_gallery', 'main h1']]) {
        await page.goto(desk.origin + path);
        await page.locator(ready).waitFor();
        await take(name, name === 'parts');
      }
      await page.goto(`${desk.origin}/queue`);
      await speak(page, 'ja');
      await page.context().close();
    }
  }
  say('the pictures of docs/screens are new');
}

// speak switches the signed-in person's language with the page's own form.
async function speak(page, lang) {
  if (await page.locator('html').getAttribute('lang') === lang) return;
  await page.locator('details.me:not(.bell) > summary').click();
  await page.locator('details.me form[action="/lang"] button').click();
  await page.locator(`html[lang=${lang}]`).waitFor();
}
