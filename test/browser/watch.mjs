// Opens pages in Debian's Chromium and keeps what no page may do: an error in
// the console, a request that fails, a breach of the content security policy,
// a request to anywhere but the desk itself.
import { createRequire } from 'node:module';
import { readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';

// The packages are installed outside the repository (see .ci/run); a
// maintainer's own `npm install` in this folder works too.
const modules = process.env.MADOGUCHI_NODE_MODULES ?? import.meta.dirname;
const require = createRequire(join(modules, 'package.json'));
const { chromium } = require('playwright-core');
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const executable = process.env.MADOGUCHI_CHROMIUM
  ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);

// launch starts the browser without anything that talks to the outside.
export async function launch() {
  if (!executable) throw new Error('no Chromium found: install the package chromium, or set MADOGUCHI_CHROMIUM');
  return chromium.launch({
    executablePath: executable,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  });
}

// Faults collects what went wrong, each with where; the journey fails at its
// end if there is any.
export class Faults {
  #seen = [];
  #expected = null;
  // expect lets something pass that a step brings about on purpose; null ends that.
  expect(pattern) { this.#expected = pattern; }
  add(where, what) {
    const line = `${where}: ${what}`;
    if (this.#expected?.test(line)) return;
    if (!this.#seen.includes(line)) this.#seen.push(line);
  }
  get lines() { return [...this.#seen]; }
}

// watch reports everything that a page must not do. also are other servers that
// its person goes to on the way.
export async function watch(page, origin, faults, also = []) {
  const where = () => page.url().replace(origin, '') || '/';
  const elsewhere = () => also.some((o) => page.url().startsWith(o)); // how their pages are is theirs
  page.on('console', (m) => {
    // Our own init script below is refused by the sandboxed frames of mails;
    // hostile.mjs looks at such a frame without it.
    if (/^Blocked script execution in '.*\/html'/.test(m.text())) return;
    if (elsewhere()) return;
    if (m.type() === 'error' || m.type() === 'warning') faults.add(where(), `console ${m.type()}: ${m.text()}`);
  });
  page.on('pageerror', (e) => elsewhere() || faults.add(where(), `script: ${e.message}`));
  page.on('request', (r) => {
    const url = r.url();
    if (!elsewhere() && ![origin, ...also].some((o) => url.startsWith(`${o}/`)) && !/^(data|blob|about):/.test(url)) faults.add(where(), `asks an outside host: ${url}`);
  });
  page.on('requestfailed', (r) => {
    const text = r.failure()?.errorText ?? '';
    if (text !== 'net::ERR_ABORTED' && !elsewhere()) faults.add(where(), `request failed: ${r.url()} ${text}`);
  });
  page.on('response', (r) => {
    if (r.status() >= 400 && !elsewhere()) faults.add(where(), `${r.status()} from ${r.url().replace(origin, '')}`);
  });
  await page.exposeFunction('madoguchiViolation', (text) => faults.add(where(), `content security policy: ${text}`));
  await page.addInitScript(() => {
    globalThis.madoguchiShifts = [];
    new PerformanceObserver((list) => {
      for (const e of list.getEntries()) if (!e.hadRecentInput) globalThis.madoguchiShifts.push(e);
    }).observe({ type: 'layout-shift', buffered: true });
    addEventListener('securitypolicyviolation', (e) => {
      globalThis.madoguchiViolation(`${e.violatedDirective} blocked ${e.blockedURI || 'inline'} (${e.sourceFile || location.pathname}:${e.lineNumber})`);
    });
  });
}

// audit runs axe-core (WCAG 2.0 to 2.2, A and AA, and its best practices) on
// the page as it stands.
export async function audit(page, name, faults) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
    preload: false,
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }));
  for (const v of violations) {
    for (const n of v.nodes) {
      faults.add(name, `axe ${v.id} (${v.impact}): ${n.target.join(' ')} ${n.failureSummary.split('\n').slice(1, 2).join('').trim()}`);
    }
  }
  return violations.length;
}

// overflow reports a page that scrolls sideways at its width.
export async function overflow(page, name, faults) {
  const [content, view] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  if (content > view) faults.add(name, `scrolls sideways: ${content} px in ${view} px`);
}

// steady reports a page whose content moved after it was shown: the sum of the
// layout shifts since it was loaded, which is nought for a page that stands, and
// the largest of them: what moved, from where to where (y and height).
export async function steady(page, name, faults) {
  const { sum, moved } = await page.evaluate(() => ({
    sum: globalThis.madoguchiShifts.reduce((n, e) => n + e.value, 0),
    moved: globalThis.madoguchiShifts.sort((a, b) => b.value - a.value).flatMap((e) => e.sources.map((s) => {
      const at = (r) => `${Math.round(r.y)}+${Math.round(r.height)}`;
      return `${s.node?.id || s.node?.className || s.node?.nodeName} ${at(s.previousRect)} → ${at(s.currentRect)} after ${Math.round(e.startTime)} ms`;
    })).slice(0, 5),
  }));
  if (sum > 0.02) faults.add(name, `the layout shifts by ${sum.toFixed(3)}: ${moved.join(', ')}`);
}

// weight is what the first view of a page costs a browser that has the desk's
// assets already: the compressed bytes of the page and of what it asks for until
// it is loaded. What the stream of live updates asks for afterwards is not in it.
export async function weight(page, url) {
  const wire = await page.context().newCDPSession(page);
  const asked = new Map(); // when, in the browser's time
  const sizes = new Map();
  const cached = new Set();
  let loaded = Infinity;
  await wire.send('Network.enable');
  await wire.send('Page.enable');
  wire.on('Page.loadEventFired', (e) => { loaded = e.timestamp; });
  wire.on('Network.requestWillBeSent', (e) => {
    if (e.type === 'Document') asked.clear(); // what the page before still asked for
    asked.set(e.requestId, e.timestamp);
  });
  wire.on('Network.requestServedFromCache', (e) => cached.add(e.requestId));
  wire.on('Network.responseReceived', (e) => {
    if (e.response.fromDiskCache) cached.add(e.requestId);
    sizes.set(e.requestId, -e.response.encodedDataLength); // its headers
  });
  wire.on('Network.loadingFinished', (e) => sizes.set(e.requestId, (sizes.get(e.requestId) ?? 0) + e.encodedDataLength));
  await page.goto(url, { waitUntil: 'load' });
  await page.waitForTimeout(500);
  await wire.detach();
  return [...sizes].filter(([id, n]) => n > 0 && asked.get(id) < loaded && !cached.has(id)).reduce((sum, [, n]) => sum + n, 0);
}
