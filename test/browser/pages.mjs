// A simulation that has ended: of the version in force, from the contract's page.
async function simulation(page, origin) {
  await page.goto(origin + '/contract');
  await page.click('#simulation form button');
  await page.waitForSelector('#simulation .sums');
  const id = await page.locator('#simulation a[href*="/contract/simulate/"]').first().getAttribute('href');
  return new URL(id, origin).pathname;
}

// A one-time link that a customer got: the desk proposes a priority and asks
// for their agreement. In a demonstration the case shows where they answer.
async function confirmation(page, origin, aCase) {
  const link = page.locator('#case a[href^="/confirm/"]').first();
  await page.goto(origin + aCase);
  await page.waitForSelector('#case');
  if (!(await link.count())) {
    await page.goto(`${origin}${aCase}/priority`);
    await page.check('input[name=side][value=desk]');
    await page.check('input[name=priority][value=high]');
    await page.waitForSelector('select[name=criterion] option[value="priority.high.agreed"]', { state: 'attached' });
    await page.selectOption('select[name=criterion]', 'priority.high.agreed');
    await page.fill('textarea[name=reason]', '監査のご事情を考慮し、高での対応をご提案します。');
    await page.locator('#priority-form .dfoot button.primary').click();
    await page.waitForTimeout(500);
    await page.goto(origin + aCase);
    await page.click('#proposal-form button');
    await link.waitFor({ state: 'attached' });
  }
  return link.getAttribute('href');
}

// The pages that everyPage looks at: a name for the picture, where it is, and
// what is there when it is complete. Pages of one thing (a case, a customer)
// are found by following the first link to one.
export async function pages(page, origin) {
  const first = async (path, link) => {
    await page.goto(origin + path);
    const href = await page.locator(link).first().getAttribute('href');
    return href.replace(/\?.*$/, '');
  };
  const aCase = await first('/queue', '#queue .q a.ti');
  const aCustomer = await first('/customers', 'main a[href^="/customers/"]:not([href$="/new"])');
  const aContact = await first(aCustomer, 'main a[href^="/contacts/"]');
  const anAgent = await first('/agents', 'main a[href^="/agents/"]');
  const unknown = await first('/unidentified', 'main a[href^="/cases/"]');
  return [
    { name: 'queue', path: '/queue', ready: '#queue' },
    { name: 'queue-filter', path: '/queue/filter?priority=high', ready: 'main form' },
    { name: 'views', path: '/views', ready: 'main h1' },
    { name: 'new-view', path: '/views/new?priority=high&assignee=me', ready: 'main form' },
    { name: 'marks', path: '/marks', ready: 'main h1' },
    { name: 'case', path: aCase, ready: '#case' },
    { name: 'priority', path: `${aCase}/priority`, ready: 'main form' },
    { name: 'confirm', path: await confirmation(page, origin, aCase), ready: 'main h1' },
    { name: 'merge', path: `${aCase}/merge`, ready: 'main form' },
    { name: 'link', path: `${aCase}/links`, ready: 'main form' },
    { name: 'unidentified', path: '/unidentified', ready: 'main h1' },
    { name: 'providers', path: '/providers', ready: 'main h1' },
    { name: 'new-provider', path: '/providers/new', ready: 'main form' },
    { name: 'again', path: '/settings/security/again', ready: 'main form' },
    { name: 'customers', path: '/customers', ready: 'main h1' },
    { name: 'customer', path: aCustomer, ready: 'main h1' },
    { name: 'contact', path: aContact, ready: 'main form' },
    { name: 'contact-merge', path: `${aContact}/merge`, ready: 'main h1' },
    { name: 'contact-erase', path: `${aContact}/erase`, ready: 'main form' },
    { name: 'customer-erase', path: `${aCustomer}/erase`, ready: 'main form' },
    { name: 'retention', path: '/retention', ready: 'main form' },
    { name: 'imports', path: '/imports', ready: 'main form' },
    { name: 'erasures', path: '/erasures', ready: 'main h1' },
    { name: 'letters', path: '/letters', ready: 'main h1' },
    { name: 'letter', path: `${aCustomer}/letter`, ready: 'main h1' },
    { name: 'letter-paper', path: `${aCustomer}/letter/print`, ready: 'main.paper' },
    { name: 'new-amendment', path: `${aCustomer}/amendments/new`, ready: 'main form' },
    { name: 'contract-drafts', path: '/contract/drafts', ready: 'main h1' },
    { name: 'contract-rebase', path: '/contract/rebase', ready: 'main h1' },
    { name: 'closures', path: '/closures', ready: 'main h1' },
    { name: 'contract', path: '/contract', ready: 'main h1' },
    { name: 'simulate', path: '/contract/simulate', ready: 'main form' },
    { name: 'simulation', path: await simulation(page, origin), ready: 'main h1' },
    { name: 'sent', path: '/sent', ready: 'main h1' },
    { name: 'agents', path: '/agents', ready: 'main h1' },
    { name: 'agent', path: anAgent, ready: 'main h1' },
    { name: 'teams', path: '/teams', ready: 'main h1' },
    { name: 'new-team', path: '/teams/new', ready: 'main form' },
    { name: 'roles', path: '/roles', ready: 'main h1' },
    { name: 'role', path: '/roles/supervisor', ready: 'main form' },
    { name: 'approvals', path: '/approvals', ready: 'main h1' },
    { name: 'approval-rules', path: '/approval-rules', ready: 'main h1' },
    { name: 'new-approval-rule', path: '/approval-rules/new', ready: 'main form' },
    { name: 'site', path: '/site', ready: 'main h1' },
    { name: 'macros', path: '/macros', ready: 'main h1' },
    { name: 'new-macro', path: '/macros/new', ready: 'main form' },
    { name: 'snippets', path: '/snippets', ready: 'main h1' },
    { name: 'new-snippet', path: '/snippets/new', ready: 'main form' },
    { name: 'api-tokens', path: '/api-tokens', ready: 'main form' },
    { name: 'api', path: '/api', ready: 'main h1' },
    { name: 'mailboxes', path: '/mailboxes', ready: 'main h1' },
    { name: 'new-mailbox', path: '/mailboxes/new', ready: 'main form' },
    { name: 'senders', path: '/senders', ready: 'main h1' },
    { name: 'new-sender', path: '/senders/new', ready: 'main form' },
    { name: 'mail-texts', path: '/mail-texts', ready: 'main .said' },
    { name: 'mail-auth', path: '/mail-auth', ready: 'main h1' },
    { name: 'new-customer', path: '/customers/new', ready: 'main form' },
    { name: 'identify', path: `${unknown}/identify`, ready: 'main form' },
    { name: 'search', path: '/search?q=%E7%9B%A3%E6%9F%BB', ready: 'main ul.found' },
    { name: 'search-empty', path: '/search', ready: 'main form' },
    { name: 'numbers', path: '/numbers?number=03-0000-0121', ready: 'main h1' },
    { name: 'audit', path: '/audit', ready: 'main h1' },
    { name: 'security', path: '/settings/security', ready: 'main h1' },
    { name: 'settings', path: '/settings', ready: 'main h1' },
    { name: 'wall', path: '/wall', ready: '#wall' },
    { name: 'staff', path: '/staff', ready: 'main h1' },
    { name: 'staff-member', path: await first('/staff', 'main td a[href^="/staff/"]'), ready: 'main form' },
    { name: 'tasks', path: '/tasks', ready: 'main h1' },
    { name: 'new-task', path: `${aCase}/tasks/new`, ready: 'main form' },
    { name: 'notices', path: '/notices?show=all', ready: 'main h1' },
    { name: 'notices-unread', path: '/notices', ready: 'main h1' },
    { name: 'notice-settings', path: '/settings/notices', ready: 'main form' },
  ];
}
