// Finding: the palette by kanji, kana and Latin letters, what was opened last,
// keys, and searching. Everything here is done without the mouse.

export async function finding({ visitor, signIn, look, say, must, desk, who, narrow }) {
  const page = await visitor();
  await signIn(page, who);
  const key = (k) => page.keyboard.press(k);
  const options = page.locator('#palette [role=option]');
  const field = page.locator('#palette input');
  const listed = async (text) => {
    await field.fill(text);
    const answer = page.waitForResponse((r) => new URL(r.url()).pathname === '/palette' && new URL(r.url()).searchParams.get('q') === text);
    await field.fill(`${text} `).then(() => field.fill(text));
    await answer;
    await page.waitForFunction(() => document.querySelector('#palette [aria-selected=true]'));
    return (await options.allInnerTexts()).map((t) => t.replace(/\s+/g, ' '));
  };

  // Keys in the list and in the case.
  await key('j');
  await key('j');
  const second = await page.locator('.q a.ti').nth(1).getAttribute('href');
  must((await page.evaluate(() => document.activeElement.getAttribute('href'))) === second, 'J twice is on the second case');
  await key('k');
  await key('j');
  await key('Enter');
  await page.locator('#case').waitFor();
  const open = await page.locator('#case').getAttribute('data-case');
  await key('n');
  must(await page.locator('#panel-note textarea').evaluate((el) => el === document.activeElement), 'N writes a note');
  await page.keyboard.type('jkr?/');
  must((await page.locator('#panel-note textarea').inputValue()) === 'jkr?/', 'in a field the keys are letters');
  await page.locator('#panel-note textarea').fill('');
  await key('Escape');
  await key('r');
  must(await page.locator('#reply-text').evaluate((el) => el === document.activeElement), 'Escape leaves the field, R writes a reply');
  await key('Escape');
  await key('?');
  await page.locator('#keys-dialog[open]').waitFor();
  await look(page, 'keys');
  await key('Escape');
  say('J, K, Enter, N, R, Escape and ? do what the list of keys says, and are letters in a field');

  // The palette over the case.
  await key('Control+k');
  await page.locator('#palette[open]').waitFor();
  await options.first().waitFor();
  const height = () => page.locator('#palette').evaluate((el) => el.getBoundingClientRect().height);
  const tall = await height();
  for (const typed of ['障害', 'しょうがい', 'ショウガイ', 'shougai', 'syougai']) {
    const list = await listed(typed);
    must(list.some((t) => t.includes('過去のやり取りと障害を探す')), `${typed} finds the entry of 障害: ${list.join(' | ')}`);
    must((await height()) === tall, `${typed} moves the palette`);
  }
  for (const typed of ['優先度', 'ゆうせんど', 'yuusendo']) {
    const list = await listed(typed);
    must(list[0].startsWith('優先度の変更を提案する'), `${typed} offers first what can be done here: ${list.join(' | ')}`);
  }
  await look(page, 'palette');
  say('the palette finds one entry by kanji, hiragana, katakana and both ways of Latin letters, and does not move');

  // While an input method composes, Enter and the arrows are its own.
  const chosen = () => field.getAttribute('aria-activedescendant');
  const before = await chosen();
  await field.evaluate((el) => {
    for (const [k, code] of [['Enter', 229], ['ArrowDown', 229], ['Escape', 229]]) {
      el.dispatchEvent(new KeyboardEvent('keydown', { key: k, keyCode: code, isComposing: true, bubbles: true, cancelable: true }));
    }
  });
  must((await page.locator('#palette[open]').count()) === 1 && (await chosen()) === before, 'a key of the input method does nothing here');
  await key('Enter');
  await page.locator('#palette[open]').waitFor({ state: 'detached' });
  await page.locator('#dialog[open] #priority-form').waitFor();
  await key('Escape');
  await page.locator('#dialog[open]').waitFor({ state: 'detached' });
  say('Enter does what was chosen, by the page’s own button; composing does nothing');

  // Acts and people.
  await key('Control+k');
  await listed('じぶん');
  must((await options.first().innerText()).includes('自分が担当する') || (await options.allInnerTexts()).some((t) => t.includes('自分が担当するケース')), 'じぶん is me');
  await listed('aoba');
  await page.locator('#palette a[href^="/customers/"]').first().waitFor();
  const list = await listed('+81 3 0000 0121');
  must(list.some((t) => t.includes('電話番号 +81 3 0000 0121 のケースを見る')), `a number leads to its cases: ${list.join(' | ')}`);
  await page.locator('#palette a[href^="/numbers"]').click();
  await page.locator('main h2', { hasText: 'ご本人のケース' }).waitFor();
  must((await page.locator('main a[data-row]').count()) > 0, 'the cases of the number are listed');
  say('a telephone number in another notation leads to its owner’s and their company’s cases');

  // What was opened last.
  await page.goto(`${desk.origin}/queue`);
  await page.locator('#queue .q').first().waitFor();
  await key('Control+k');
  await options.first().waitFor();
  must((await options.first().getAttribute('href')) === `/cases/${open}`, 'the case that was open comes first');
  await key('Enter');
  await page.waitForURL((u) => u.pathname === `/cases/${open}`);
  await page.locator('#case').waitFor();
  await key('g');
  await key('c');
  await page.waitForURL((u) => u.pathname === '/customers');
  await key('g');
  await key('q');
  await page.waitForURL((u) => u.pathname === '/queue');
  say('what was opened last is offered first; G C and G Q go to the customers and to the queue');

  // Searching: one word, a phrase, filters in Japanese, what must not be.
  const search = async (query) => {
    await page.goto(`${desk.origin}/queue`);
    await page.locator('#queue .q').first().waitFor();
    await key('/');
    await page.keyboard.type(query);
    await key('Enter');
    await page.waitForURL((u) => u.searchParams.get('q') === query);
    await page.locator('main h1').waitFor();
    return { status: (await page.locator('[data-asked]').count()) ? await page.locator('[data-asked]').innerText() : '', cases: await page.locator('ul.found > li').count() };
  };
  const all = await search('監査');
  must(all.cases > 0 && all.status.includes(`${all.cases} 件`), `監査 is found and counted: ${JSON.stringify(all)}`);
  must((await page.locator('ul.found mark').first().innerText()).includes('監査'), 'what was found is marked');
  await key('j');
  must((await page.evaluate(() => document.activeElement.matches('a[data-row]'))), 'J goes to the first result');
  must((await search('監査 -監査ログ')).cases < all.cases, 'a minus takes away');
  must((await search('優先度:高 状態:対応中')).cases > 0, 'filters have Japanese names');
  const wrong = await visitor({ watched: false }); // a refusal is what is asked for
  await signIn(wrong, who);
  await wrong.goto(`${desk.origin}/search?q=${encodeURIComponent('状態:なぞ')}`);
  must((await wrong.locator('#search-problem').innerText()).includes('「status:」'), 'an error names its filter');
  await wrong.context().close();
  await page.goto(`${desk.origin}/search`);
  await page.locator('main section h2', { hasText: '最近の検索' }).waitFor();
  await look(page, 'search-begin');
  say('search counts, marks, narrows by Japanese filters and a minus, names a wrong filter, and remembers');

  // A phone has a button.
  await page.setViewportSize(narrow);
  await page.locator('[data-palette]').click();
  await options.first().waitFor();
  await listed('担当');
  await look(page, 'palette-narrow');
  await key('Escape');
  say('on a phone a button opens the palette');
  await page.context().close();
}
