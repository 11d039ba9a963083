// Two people, one case, in two browsers at once: who looks, who writes, taking
// over, what came meanwhile, and a superior's approval.
import { mail } from './desk.mjs';

export async function together({ visitor, signIn, look, say, must, desk, faults }) {
  const by = (start) => desk.people.find((p) => p.email.startsWith(start));
  const [admin, boss] = ['administrator', 'supervisor'].map((role) => desk.people.find((p) => p.role === role));
  const sato = await visitor();
  const ito = await visitor();
  await signIn(sato, by('sato@'));
  await signIn(ito, by('ito@'));
  const subject = `ご相談です ${Date.now() % 100_000}`;
  await mail(desk, { ...desk.customer, to: desk.mailbox, subject, text: '設定についてご相談です。\n' });
  await sato.locator('#queue .q', { hasText: subject }).locator('a.ti').click();
  await sato.locator('#case h1', { hasText: subject }).waitFor();
  await ito.goto(sato.url());
  await sato.locator('#together .presence', { hasText: 'Ito' }).waitFor();
  await look(sato, 'together-looks');
  say('a colleague who opens the case is seen at once');
  const wall = await visitor();
  await signIn(wall, boss);
  await wall.goto(`${desk.origin}/wall`);
  await wall.locator('#wall ul.at li', { hasText: '閲覧中' }).first().waitFor();

  const text = sato.locator('#reply-text');
  await text.click();
  await sato.keyboard.type('確');
  await ito.locator('#together[data-lock=other]').waitFor();
  await wall.locator('#wall ul.at li', { hasText: '入力中' }).first().waitFor();
  await look(wall, 'wall-attended');
  await wall.context().close();
  say('the wall shows who is in which case, and who writes');
  must(await ito.locator('#reply-text').evaluate((el) => el.readOnly), 'a second person can write the reply');
  must(await ito.locator('[data-send]').isDisabled(), 'a second person can send a reply');
  await look(ito, 'together-locked');
  await ito.locator('#take-over summary').click();
  await ito.fill('#take-over-reason', 'Deadline is near');
  await ito.locator('#take-over-form button').click();
  await sato.locator('#together[data-lock=other] .presence.bad', { hasText: 'Deadline is near' }).waitFor();
  must((await text.inputValue()).includes('確'), 'what was written is gone');
  must(await text.evaluate((el) => el.readOnly), 'who was taken over from still writes');
  say('the reply is one person’s; taking over needs a reason, is told at once, and costs no word');

  const theirs = ito.locator('#reply-text');
  await theirs.click();
  await theirs.fill((await theirs.inputValue()).replace(/\n{3,}/, '\n\n設定の手順を確認しております。\n\n'));
  await sato.locator('#status-menu summary').click();
  await sato.fill('#status-reason', '社内で確認中');
  await sato.locator('#status-menu button[value="on_hold"]').click();
  await sato.locator('#toasts [data-toast]').first().waitFor();
  faults.expect(/409/); // the refusal
  await ito.locator('#seen').evaluate((el) => { el.value = '1'; }); // as if the news had not come through yet
  await ito.locator('[data-send]').click();
  await ito.locator('#dialog .meanwhile').waitFor();
  await look(ito, 'together-meanwhile');
  await ito.locator('[data-send-anyway]').click();
  await sato.locator('.bub.out', { hasText: '設定の手順を確認しております。' }).waitFor();
  await sato.locator('#together[data-lock=free]').waitFor();
  faults.expect(null);
  say('what came meanwhile is shown beside the reply, and sending all the same is a second step');

  const rules = await visitor();
  await signIn(rules, admin);
  await rules.goto(`${desk.origin}/approval-rules/new`);
  await rules.fill('[name=name]', '佐藤の返信は責任者が確認');
  await rules.locator('input[name=agents]').nth(1).check();
  await rules.locator('form.card button.primary').click();
  await rules.locator('main table a', { hasText: '佐藤の返信' }).waitFor();
  await rules.context().close();
  await sato.reload();
  await sato.locator('#effect', { hasText: '承認を依頼します' }).waitFor();
  await text.click();
  await text.fill((await text.inputValue()).replace(/\n{3,}/, '\n\nご相談の件、手順をお送りします。\n\n'));
  await sato.locator('[data-send]').click();
  await sato.locator('#approval .approval').waitFor();
  const chief = await visitor();
  await signIn(chief, boss);
  await chief.goto(`${desk.origin}/approvals`);
  await look(chief, 'approvals');
  await chief.goto(sato.url());
  await chief.locator('#approval a.btn').first().click();
  await chief.locator('#approve-form').waitFor();
  await look(chief, 'approval');
  await chief.locator('#dialog [name=comment]').fill('お詫びを添えてください。');
  await sato.locator('#tab-note').click();
  await chief.locator('#return-form button').click();
  await sato.waitForFunction(() => document.querySelector('#reply-text').value.includes('手順をお送りします'));
  must(await sato.locator('#panel-reply').isHidden(), 'a returned reply took the note’s place');
  await sato.locator('#tab-reply').click();
  await sato.locator('[data-send]').click();
  await sato.locator('#approval .approval').waitFor();
  say('a returned reply is in its writer’s open page at once');
  await chief.locator('#approval a.btn').first().click();
  await chief.locator('#approve-form').waitFor();
  await chief.locator('#approve-form button.primary').click();
  await sato.locator('.bub.out', { hasText: 'ご相談の件、手順をお送りします。' }).waitFor();
  await sato.locator('#approval .approval').waitFor({ state: 'detached' });
  say('a reply waits for its approval, leaves when it is approved, and every open screen shows so');

  await ito.context().close();
  await chief.context().close();
  await sato.locator('#together .faces').waitFor({ state: 'detached', timeout: 15_000 });
  say('who closes the browser is gone within seconds');
  const end = await visitor();
  await signIn(end, admin);
  await end.goto(`${desk.origin}/approval-rules`);
  await end.locator('main table a', { hasText: '佐藤の返信' }).click();
  await end.locator('button.danger').click();
  await end.context().close();
  await sato.context().close();
}
