// People: a file with errors, then the mended one; two contacts that are one
// person; everything about a person exported, and erased by two; the letter
// that a new customer gets, as it prints.

export async function people({ visitor, signIn, look, say, must, desk, narrow }) {
  const page = await visitor();
  await signIn(page, desk.people.find((p) => p.role === 'supervisor'));
  const number = Date.now() % 100_000;
  const mailOf = (name) => `${name}${number}@aoba-shoji.example`;
  const company = async () => {
    await page.goto(`${desk.origin}/customers?q=aoba-shoji.example`);
    await page.locator('main .card table a[href^="/customers/"]').first().click();
    await page.locator('main form[action$="/contacts"]').waitFor();
    return page.locator('main h1').innerText();
  };
  const name = await company();
  const customer = new URL(page.url()).pathname;
  const choose = async (file, text) => {
    await page.goto(`${desk.origin}/imports`);
    await page.locator('main [name=kind]').selectOption('contacts');
    await page.locator('main input[type=file]').setInputFiles({ name: file, mimeType: 'text/csv', buffer: Buffer.from(`\ufeff${text}`) });
    await page.locator('main form[enctype] button[type=submit]').click();
    await page.waitForURL(/\/imports\/[0-9a-f-]{36}/);
  };
  const head = '会社名,氏名,ふりがな,メールアドレス,携帯電話,優先度への合意\n';
  const good = `${name},森 一郎 ${number},もり いちろう,${mailOf('mori')},０９０－１２３４－５６７８,はい\n`;

  await choose('people.csv', `${head}${good}${name},林 花子 ${number},はやし はなこ,hayashi at home,,たぶん\n`);
  await page.locator('#problems', { hasText: '3 行目' }).waitFor();
  must(await page.locator('#problems tbody tr').count() === 2, 'not every problem of the line is said');
  await look(page, 'import-errors');
  await page.setViewportSize(narrow);
  await look(page, 'import-errors.narrow');
  await page.setViewportSize({ width: 1440, height: 900 });
  say('a file says by line and column what is wrong with it, and how to mend it');

  await choose('mended.csv', `${head}${good}${name},林 花子 ${number},はやし はなこ,${mailOf('hayashi')},,はい\n${name},森 一朗 ${number},,${mailOf('ichiro')},,はい\n`);
  must(await page.locator('#problems').count() === 0, 'the mended file has errors');
  await page.locator('main form[action$="/apply"] button').click();
  await page.locator('main form[action$="/undo"]').waitFor();
  await look(page, 'import-done');
  say('the mended file is taken in, and its page says when it is done');

  // Somebody who was entered twice.
  await page.goto(`${desk.origin}${customer}`);
  const link = await page.locator('main a', { hasText: `森 一郎 ${number}` }).getAttribute('href');
  await page.goto(`${desk.origin}${link}/merge`);
  await page.locator('main a', { hasText: `森 一朗 ${number}` }).click();
  await page.locator('main form[action$="/merge"] button[type=submit]').click();
  await page.waitForURL((u) => u.pathname === link);
  must(await page.locator(`input[value="${mailOf('ichiro')}"]`).count() === 1, 'the address of the other contact did not come along');
  say('two contacts become one, with the addresses of both');

  // What the desk has about a person goes to them, and then goes.
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('main form[action$="/export"] button').click()]);
  must(file.suggestedFilename().endsWith('.zip'), 'the export is no archive');
  await page.goto(`${desk.origin}${link}/erase`);
  await page.locator('main [name=reason]').fill('受付票 12');
  await look(page, 'erase');
  await page.locator('main form[action$="/erase"] button[type=submit]').click();
  await page.waitForURL((u) => u.pathname === '/erasures');
  must(await page.locator('main button[value=erase]').count() === 0, 'who asked may carry it out');
  const second = await visitor();
  await signIn(second, desk.people.find((p) => p.role === 'administrator'));
  await second.goto(`${desk.origin}/erasures`);
  await second.locator('tr', { hasText: `森 一郎 ${number}` }).locator('button[value=erase]').click();
  await second.locator('tr', { hasText: '受付票 12' }).waitFor({ state: 'detached' });
  await look(second, 'erasures-done');
  await second.goto(`${desk.origin}${link}`);
  must(!(await second.locator('main').innerText()).includes('森'), 'the person is still there');
  await second.context().close();
  say("a person's data is exported, and erased by two people");

  await page.goto(`${desk.origin}${customer}/letter`);
  await page.locator('main a[href*="/letter/print"]').first().click();
  await page.locator('main.paper').waitFor();
  await page.emulateMedia({ media: 'print' });
  must(!(await page.locator('[data-print]').isVisible()), 'the button is printed too');
  for (const lang of ['ja', 'en']) {
    await page.goto(`${desk.origin}${customer}/letter/print?language=${lang}`);
    const sheets = (await page.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type\s*\/Page\b/g).length;
    must(sheets === 1, `the letter (${lang}) takes ${sheets} sheets`);
  }
  await page.emulateMedia({ media: 'screen' });
  await look(page, 'letter-paper');
  say('the letter that a new customer gets prints as one page of paper');
  await page.context().close();
}
