// Choosing one of many customers by what is typed: with the keyboard alone, in
// a page and in a dialog, and on a phone.

export async function choosing({ visitor, signIn, look, say, must, desk, narrow }) {
  const page = await visitor();
  await signIn(page, desk.people.find((p) => p.role === 'administrator'));
  await page.goto(`${desk.origin}/teams/new`);
  const field = page.locator('#f-sight');
  const options = page.locator('#o-sight .opt');
  await field.focus();
  await page.keyboard.press('ArrowDown');
  await options.first().waitFor();
  must(await field.getAttribute('aria-expanded') === 'true', 'the list is not said to be open');
  await look(page, 'chooser-open');
  await page.keyboard.press('Escape');
  must(await page.locator('#o-sight').isHidden(), 'Escape leaves the list open');
  await field.fill('あ');
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText('青葉');
  await options.first().waitFor();
  const named = await options.first().locator('.what').innerText();
  await page.keyboard.press('Enter');
  const box = page.getByRole('checkbox', { name: named });
  must(await box.isChecked(), 'what was chosen is not ticked');
  must(await field.inputValue() === '' && await field.evaluate((f) => f === document.activeElement), 'the field is not ready for the next');
  must((await page.locator('.chooser [data-said]').innerText()).includes(named), 'nothing is said of the choice');
  await field.fill('どこにもない会社');
  await page.locator('#o-sight .none').waitFor();
  await look(page, 'chooser-none');
  await page.setViewportSize(narrow);
  await field.fill('');
  await options.first().waitFor();
  await look(page, 'chooser.narrow');
  await page.setViewportSize({ width: 1440, height: 900 });
  say('a customer is chosen by what is typed, with the keyboard alone, and said aloud');

  await page.goto(`${desk.origin}/queue`);
  await page.locator('a[href^="/queue/filter"]').first().click();
  const inside = page.locator('#dialog #f-organization');
  await page.locator('#dialog details:has(#f-organization) summary').click();
  await inside.fill('青葉');
  await page.locator('#dialog #o-organization .opt').first().waitFor();
  await look(page, 'chooser-dialog');
  await page.keyboard.press('Escape');
  must(await page.locator('#dialog').evaluate((d) => d.open), 'Escape closed the dialog around the list');
  await inside.fill('青葉商事');
  await page.locator('#dialog #o-organization .opt').first().waitFor();
  await page.keyboard.press('Enter');
  await page.locator('#dialog .dfoot button.primary').click();
  await page.waitForURL(/organization=[0-9a-f-]{36}/);
  must(!page.url().includes('organization_find'), 'an empty text is part of the address');
  await page.locator('.fchips', { hasText: named }).waitFor();
  say('the queue is narrowed to a customer that was looked for in the filter');
  await page.context().close();
}
