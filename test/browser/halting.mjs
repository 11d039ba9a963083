// A slow line: a page that comes in two pieces is shown when it is whole.
import { createServer } from 'node:http';
import { steady } from './watch.mjs';

// haltingLine plays the case with the longest page over a line that stops in its
// middle, where its composer begins.
export async function haltingLine({ visitor, signIn, say, desk, faults, wide, narrow }) {
  const who = desk.people.find((p) => p.role === 'administrator') ?? desk.people[0];
  const line = await halting(desk.origin, 'id="composer"');
  for (const [width, view] of [['wide', wide], ['narrow', narrow]]) {
    const page = await visitor({ view, also: [line.origin] });
    await signIn(page, who);
    const path = await page.locator('#queue .q a.ti').first().getAttribute('href');
    await page.goto(line.origin + path, { waitUntil: 'load' });
    await page.waitForTimeout(300);
    await steady(page, `case.halting.${width}`, faults);
    await page.context().close();
  }
  line.stop();
  say('a page whose second half is late is shown when it is whole');
}

// halting answers as the desk at origin does, but stops for half a second in the
// middle of each page's text, just behind the words given: a browser that paints
// what it has by then shows half a page, which the rest of it moves.
async function halting(origin, behind) {
  const between = createServer(async (asked, answer) => {
    if (asked.url.startsWith('/events')) return answer.writeHead(204).end();
    const { cookie = '', accept = '*/*' } = asked.headers;
    const got = await fetch(origin + asked.url, { headers: { cookie, accept }, redirect: 'manual' });
    const type = got.headers.get('content-type') ?? '';
    answer.writeHead(got.status, { 'content-type': type });
    if (!type.startsWith('text/html')) return answer.end(Buffer.from(await got.arrayBuffer()));
    const page = await got.text();
    const at = page.indexOf(behind) + behind.length;
    answer.write(page.slice(0, at));
    setTimeout(() => answer.end(page.slice(at)), 500);
  });
  await new Promise((listening) => between.listen(0, '127.0.0.1', listening));
  const stop = () => {
    between.close();
    between.closeAllConnections();
  };
  return { origin: `http://127.0.0.1:${between.address().port}`, stop };
}
