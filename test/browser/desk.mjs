// Starts the built binary with its demonstration data in a folder of its own,
// and sends it mail as any mail program would.
import { spawn, execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

// now is when the demonstration plays: a Friday afternoon before a holiday, in
// hours, so that the pictures are the same whenever the journey is driven.
const now = '2026-11-20T16:42+09:00';

// start runs the demonstration. What it printed is all that the journey knows,
// as it is all that a person trying it would know.
export async function start(binary) {
  const desk = await launch(binary, ['demo', '--at', now, '--quiet'], (printed) => facts(printed).complete);
  return { ...desk, ...facts(desk.log()) };
}

// startEmpty runs a desk in which nobody is registered yet.
export async function startEmpty(binary) {
  const token = /\/first-run\s+(\S+)\s/;
  const desk = await launch(binary, ['serve'], (printed) => token.test(printed));
  const printed = desk.log();
  return { ...desk, origin: address(printed), smtp: printed.match(/(127\.0\.0\.1:\d+) \(SMTP\)/)[1], token: printed.match(token)[1] };
}

// launch runs the program in a folder of its own and resolves when it is ready.
async function launch(binary, args, ready) {
  const data = mkdtempSync(join(tmpdir(), 'madoguchi-journey-'));
  const child = spawn(binary, [...args, '--data', data, '--http', '127.0.0.1:0', '--smtp', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  const stop = async (signal = 'SIGTERM') => {
    child.kill(signal);
    const code = await ended;
    rmSync(data, { recursive: true, force: true });
    return { code, printed };
  };
  try {
    await new Promise((resolve, reject) => {
      const take = (chunk) => {
        printed += chunk;
        if (ready(printed)) resolve();
      };
      child.stdout.setEncoding('utf8').on('data', take);
      child.stderr.setEncoding('utf8').on('data', take);
      ended.then((code) => reject(new Error(`the desk ended at once (${code}):\n${printed}`)));
      setTimeout(() => reject(new Error(`the desk did not say within 60 s where it answers:\n${printed}`)), 60_000).unref();
    });
  } catch (e) {
    await stop('SIGKILL');
    throw e;
  }
  return { stop, log: () => printed };
}

const address = (printed) => printed.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0];

// facts reads addresses, people and the password out of what the desk printed.
export function facts(printed) {
  const origin = address(printed);
  const [, smtp, mailbox] = printed.match(/SMTP (127\.0\.0\.1:\d+) → (\S+)/) ?? [];
  const password = printed.match(/\/ Password\s+(\S+)/)?.[1];
  const people = [...printed.matchAll(/(\S+@\S+)\s.*\/ (agent|supervisor|administrator)\s*$/gm)].map(([, email, role]) => ({ email, role, password }));
  const customer = { from: printed.match(/--from (\S+)/)?.[1] };
  return { origin, smtp, mailbox, people, customer, complete: /\/ Stop\s/.test(printed) };
}

// mail sends one message with swaks, the way README shows it.
export async function mail(desk, { from, name, to, subject, text, id, answers }) {
  const header = name ? `"${name}" <${from}>` : from;
  const { stdout } = await run('swaks', [
    '--server', desk.smtp, '--from', from, '--to', to,
    '--header', `Subject: ${encoded(subject)}`, '--h-From', name ? `${encoded(name)} <${from}>` : header,
    '--add-header', 'MIME-Version: 1.0', '--add-header', 'Content-Type: text/plain; charset=utf-8',
    '--add-header', 'Content-Transfer-Encoding: 8bit',
    ...(id ? ['--header', `Message-Id: <${id}>`] : []), ...(answers ? ['--add-header', `In-Reply-To: <${answers}>`] : []),
    '--body', text,
  ]);
  if (!/<-\s+250[^\n]*\n[^\n]*QUIT/.test(stdout)) throw new Error(`the desk did not take the mail:\n${stdout}`);
}

// letter sends a whole mail of the customer's, its parts as they stand.
export async function letter(desk, subject, lines) {
  const head = [`From: ${desk.customer.from}`, `To: ${desk.mailbox}`, `Subject: ${encoded(subject)}`, `Message-ID: <${Date.now()}.html@customer.example>`, 'MIME-Version: 1.0'];
  const { stdout } = await run('swaks', ['--server', desk.smtp, '--from', desk.customer.from, '--to', desk.mailbox, '--data', [...head, ...lines].join('\n')]);
  if (!/<-\s+250[^\n]*\n[^\n]*QUIT/.test(stdout)) throw new Error(`the desk did not take the mail:\n${stdout}`);
}

// encoded is RFC 2047's form of a header's text.
function encoded(text) {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
}
