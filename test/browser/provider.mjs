// A certified identity provider that is not ours: npm's oidc-provider, with a
// client for the desk and people of a company.
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const modules = process.env.MADOGUCHI_NODE_MODULES ?? import.meta.dirname;
const require = createRequire(join(modules, 'package.json'));

// start runs one for a desk at an address. accounts are by the name that is
// typed in at its own sign-in page; what it says of them may be changed.
export async function startProvider({ desk, accounts, secret }) {
  const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')).href);
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://localhost:${server.address().port}`;
  // The library warns of what is meant for trying out, which this is.
  const loud = console.warn;
  const quiet = console.info;
  console.warn = console.info = () => {};
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'madoguchi', client_secret: secret, redirect_uris: [`${desk}/sign-in/sso`], post_logout_redirect_uris: [`${desk}/sign-in`],
      grant_types: ['authorization_code'], response_types: ['code'],
    }],
    claims: { openid: ['sub', 'groups'], email: ['email', 'email_verified'], profile: ['name'] },
    ttl: { IdToken: 20 * 365 * 24 * 3600 }, // the desk's clock is that of its demonstration
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    conformIdTokenClaims: false,
    findAccount: (_, id) => accounts[id] && { accountId: id, claims: () => ({ sub: id, ...accounts[id] }) },
    cookies: { keys: ['of a test'] },
  });
  server.on('request', provider.callback());
  console.warn = loud;
  console.info = quiet;
  return {
    issuer,
    stop: () => new Promise((done) => {
      server.closeAllConnections();
      server.close(done);
    }),
  };
}

// signInThere types a name into its page and agrees.
export async function signInThere(page, who) {
  await page.locator('input[name=login]').fill(who);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.locator('form[action*="/interaction/"] button[type=submit]').click();
}
