// How people sign in beyond the password: passkeys, with Chromium's virtual
// authenticator.

// Browsers know passkeys for host names only, never for 127.0.0.1.
const named = (desk) => desk.origin.replace('127.0.0.1', 'localhost');

export async function signingIn(j) {
  const admin = j.desk.people.find((p) => p.role === 'administrator');
  await address(j, admin, named(j.desk));
  await passkeys(j);
  await address(j, admin, 'https://support.madoguchi.example');
}

// address says in the settings where browsers reach the desk.
async function address({ visitor, desk }, who, web) {
  const page = await visitor();
  await withPassword(page, desk.origin, who);
  await page.goto(`${desk.origin}/site`);
  await page.locator('main [name=web]').fill(web);
  await page.locator('main form button[type=submit]').last().click();
  await page.locator('#toasts [data-toast]').waitFor();
  await page.context().close();
}

async function withPassword(page, origin, who) {
  await page.goto(`${origin}/sign-in`);
  await page.locator('input[name=mail]').fill(who.email);
  await page.locator('input[name=password]').fill(who.password);
  await page.locator('form:has(input[name=password]) button[type=submit]').click();
}

async function signOut(page) {
  await page.locator('details.me:not(.bell) > summary').click();
  await page.locator('form[action="/sign-out"] button').click();
  await page.waitForURL('**/sign-in');
}

async function speak(page, lang) {
  if (await page.locator('html').getAttribute('lang') === lang) return;
  await page.locator('form[action="/lang"] button').click();
  await page.locator(`html[lang=${lang}]`).waitFor();
}

// authenticator plugs a device with a lock into a page's browser.
async function authenticator(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  return {
    // Whether the person unlocks it when the browser asks.
    unlocks: (yes) => devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: yes }),
    keys: async () => (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
  };
}

async function passkeys({ visitor, look, say, must, desk, narrow }) {
  const origin = named(desk);
  const who = desk.people.find((p) => p.role === 'agent');
  const page = await visitor({ at: origin });
  const device = await authenticator(page);
  await withPassword(page, origin, who);
  await page.locator('#queue').waitFor();
  await page.goto(`${origin}/settings/security`);
  await look(page, 'passkeys-none');
  await page.locator('form[data-passkey=add] [name=name]').fill('ノート PC');
  await page.locator('form[data-passkey=add] button').click();
  await page.locator('#codes .codes li').nth(9).waitFor();
  await look(page, 'passkey-registered');
  const code = await page.locator('#codes .codes li').first().textContent();
  must((await device.keys()).length === 1, 'the device holds no passkey');
  await page.locator('#passkeys td .b', { hasText: 'ノート PC' }).waitFor();
  say('a passkey is registered, and recovery codes come with it');

  await page.locator('#codes a').click();
  await page.locator('form[data-passkey=add] [name=name]').fill('もう一つ');
  await page.locator('form[data-passkey=add] button').click();
  await page.locator('form[data-passkey=add] .errmsg:not([hidden])').waitFor();
  await look(page, 'passkey-twice');
  say('the same device makes no second one, and the page says why');

  // In the field of the mail address, before anything is typed.
  await signOut(page);
  await page.locator('#queue').waitFor();
  say('the browser offers the passkey in the field of the mail address, and it signs in without a name');

  await device.unlocks(false);
  await signOut(page);
  await look(page, 'sign-in-passkey');
  for (const lang of ['en', 'ja']) {
    await speak(page, lang);
    await page.setViewportSize(narrow);
    await look(page, `sign-in-passkey.${lang}.narrow`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await device.unlocks(true);
  await page.locator('form[data-passkey=sign-in] button').click();
  await page.locator('#queue').waitFor();
  say('a button asks for the passkey too');

  await page.goto(`${origin}/settings/security`);
  must(await page.locator('#sessions', { hasText: 'パスキー' }).count() === 1, 'the session does not say that it began with a passkey');
  await device.unlocks(false);
  await signOut(page);
  await withPassword(page, origin, who);
  await page.locator('form[data-passkey=second]').waitFor();
  await look(page, 'second-passkey');
  await page.setViewportSize(narrow);
  await look(page, 'second-passkey.narrow');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.locator('[name=code]').fill(code);
  await page.locator('form[action="/sign-in/second"] button').click();
  await page.locator('#queue').waitFor();
  say('after the password a passkey is asked for, and a recovery code stands in for it');

  await device.unlocks(true);
  await page.goto(`${origin}/settings/security/again`);
  await look(page, 'again');
  await page.locator('form[data-passkey=again] button').click();
  await page.locator('#passkeys').waitFor();
  await page.locator('#passkeys form[action$="/remove"] button').click();
  await page.locator('#passkeys table').waitFor({ state: 'detached' });
  await look(page, 'passkey-removed');
  say('with a proof that it is them, the passkey is removed');
  await page.context().close();

  // Under another name the desk says where passkeys work.
  const elsewhere = await visitor();
  await withPassword(elsewhere, desk.origin, who);
  await elsewhere.locator('#queue').waitFor();
  await elsewhere.goto(`${desk.origin}/settings/security`);
  await elsewhere.locator('#passkeys', { hasText: origin }).waitFor();
  await look(elsewhere, 'passkeys-elsewhere');
  await elsewhere.context().close();
  say('at another address the page says where passkeys work');
}
