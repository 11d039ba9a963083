// How people sign in beyond the password: passkeys, with Chromium's virtual
// authenticator, and at an identity provider that others wrote and certified.
import { startProvider, signInThere } from './provider.mjs';

// Browsers know passkeys for host names only, never for 127.0.0.1.
const named = (desk) => desk.origin.replace('127.0.0.1', 'localhost');

export async function signingIn(j) {
  const admin = j.desk.people.find((p) => p.role === 'administrator');
  await address(j, admin, named(j.desk));
  await passkeys(j);
  await single(j, admin);
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

// single registers the identity provider on the screens, and has people come by it.
async function single({ visitor, look, say, must, desk, narrow }, admin) {
  const origin = named(desk);
  const sato = desk.people.find((p) => p.role === 'agent');
  const accounts = {
    sato: { email: sato.email, email_verified: true, name: '佐藤' },
    neu: { email: 'new@partner.example', email_verified: true, name: '新任 花子' },
    other: { email: 'other@partner.example', email_verified: false, name: '未確認' },
  };
  const provider = await startProvider({ desk: origin, accounts, secret: 'a secret of the journey' });
  try {
    const page = await visitor({ at: origin, also: [provider.issuer] });
    await withPassword(page, origin, admin);
    await page.locator('#queue').waitFor();
    await page.goto(`${origin}/providers`);
    await look(page, 'providers-none');
    await page.locator('a[href="/providers/new"]').click();
    const fill = (name, value) => page.locator(`main [name=${name}]`).fill(value);
    await fill('label_ja', '社内アカウント');
    await fill('label_en', 'Company account');
    await fill('issuer', `${provider.issuer}/`);
    await fill('client_id', 'madoguchi');
    await fill('secret', 'not the secret');
    await fill('domains', 'madoguchi.example\npartner.example');
    await page.locator('[formaction="/providers/test"]').click();
    await page.locator('#findings', { hasText: '一致しません' }).waitFor();
    await fill('issuer', provider.issuer);
    await fill('secret', 'not the secret');
    await page.locator('[formaction="/providers/test"]').click();
    await page.locator('#findings', { hasText: 'シークレットが正しくありません' }).waitFor();
    await look(page, 'provider-wrong');
    await fill('secret', 'a secret of the journey');
    await page.locator('[formaction="/providers/test"]').click();
    await page.locator('#findings', { hasText: '登録されています' }).waitFor();
    await look(page, 'provider-right');
    await page.setViewportSize(narrow);
    await look(page, 'provider-right.narrow');
    await page.setViewportSize({ width: 1440, height: 900 });
    say('the test of the connection says what is wrong, and when nothing is');

    await fill('secret', 'a secret of the journey');
    await page.locator('main [name=role]').selectOption('agent');
    await page.locator('main form button.primary').click();
    await page.locator('main a', { hasText: '社内アカウント' }).waitFor();
    await look(page, 'providers');
    await page.context().close();

    const person = await visitor({ at: origin, also: [provider.issuer] });
    await person.goto(`${origin}/sign-in`);
    await look(person, 'sign-in-provider');
    await person.setViewportSize(narrow);
    await look(person, 'sign-in-provider.narrow');
    await person.setViewportSize({ width: 1440, height: 900 });
    await person.locator('a[href^="/sign-in/sso/"]').click();
    await signInThere(person, 'sato');
    await person.locator('#queue').waitFor();
    await person.goto(`${origin}/settings/security`);
    must(await person.locator('#sessions', { hasText: 'シングルサインオン' }).count() === 1, 'the session does not say how it began');
    say('who has an account here comes by the company’s, recognised by the verified mail address');

    await person.locator('details.me:not(.bell) > summary').click();
    await person.locator('form[action="/sign-out"] button').click();
    await person.locator('main a', { hasText: '社内アカウント' }).waitFor();
    await look(person, 'signed-out');
    await person.locator('main a', { hasText: '社内アカウント' }).click();
    await person.locator('button[value=yes]').click();
    await person.waitForURL(`${origin}/sign-in**`);
    await person.context().close();
    say('signing out leads to signing out there, and back');

    const unknown = await visitor({ at: origin, also: [provider.issuer] });
    await unknown.goto(`${origin}/sign-in`);
    await unknown.locator('a[href^="/sign-in/sso/"]').click();
    await signInThere(unknown, 'neu');
    await unknown.locator('#queue').waitFor();
    await unknown.context().close();
    say('an unknown person of the domain becomes an agent');

    const refused = await visitor({ at: origin, watched: false });
    await refused.goto(`${origin}/sign-in`);
    await refused.locator('a[href^="/sign-in/sso/"]').click();
    await signInThere(refused, 'other');
    await refused.locator('main', { hasText: '確認済みとしていません' }).waitFor();
    await look(refused, 'sign-in-refused');
    await refused.context().close();
    say('an address that the provider has not verified is refused, with words');
  } finally {
    await provider.stop();
  }
  const away = await visitor({ at: origin, watched: false });
  // For ten seconds after its last answer it is believed to be there.
  const told = away.locator('main', { hasText: '接続できません' });
  for (let tries = 0; !(await told.count()); tries++) {
    must(tries < 20, 'nothing says that the provider is away');
    await away.goto(`${origin}/sign-in`);
    await away.locator('a[href^="/sign-in/sso/"]').click();
    await told.waitFor({ timeout: 2000 }).catch(() => {}); // the browser was sent to nobody
  }
  await away.locator('input[name=password]').waitFor();
  await away.context().close();
  say('while the provider is away the sign-in page stays, and the password works');
}
