// The cards: boards that come and go, what one does with them, daemons that die.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Bench, card, told, until, word } from './bench.mjs';

let bench, page;

before(async () => {
  bench = await Bench.start({ boards: { A: {} }, sims: { SIM: {} } });
  page = await bench.page();
});
after(() => bench?.close());

async function choose(menu, item) {
  await page.getByRole('button', { name: menu }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('a board that is plugged out and in shows without a reload', async () => {
  await word(page, 'A', 'idle');
  await page.evaluate(() => { window.same = true; });
  await bench.do('unplug', 'A');
  await word(page, 'A', 'empty');
  await bench.do('plug', 'A');
  await word(page, 'A', 'idle');
  assert.equal(await page.evaluate(() => window.same), true);
});

test('a new board is given a name and a port, and that can be undone', async () => {
  await bench.do('adapter', 'pci-0000:00:14.0-usb-0:1.2:1.0');
  await page.getByLabel('Name', { exact: true }).fill('Scope');
  const port = 4000 + Math.floor(Math.random() * 5000);
  await page.getByLabel('Port', { exact: true }).fill(String(port));
  await page.getByRole('button', { name: 'Assign' }).click();
  await told(page, `Scope is at port ${port}`);
  await word(page, 'Scope', 'idle');
  const { slots } = await bench.do('slots_file');
  assert.equal(slots.find(slot => slot.label === 'Scope').tcp_port, port);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.locator('.card.unassigned').waitFor();
});

test('a port that is taken is refused in words that say whose it is', async () => {
  await page.getByLabel('Name', { exact: true }).fill('Other');
  await page.getByLabel('Port', { exact: true }).fill(String(bench.ports.A));
  await page.getByRole('button', { name: 'Assign' }).click();
  await told(page, new RegExp(`${bench.ports.A} is the port of .*"A"`));
});

test('stop and start, with the way back in the toast', async () => {
  await choose('Reset or stop A', 'Stop');
  await word(page, 'A', 'stopped');
  await page.getByRole('button', { name: 'Start again' }).click();
  await word(page, 'A', 'idle');
  await choose('Reset or stop A', 'Stop');
  await word(page, 'A', 'stopped');
  await page.getByRole('button', { name: 'Start A', exact: true }).click();
  await word(page, 'A', 'idle');
});

test('a client is named, asked about before it loses its connection, and sent away', async () => {
  assert.ok(await bench.do('connect', 'client', bench.ports.A));
  await word(page, 'A', 'in use');
  await choose('Reset or stop A', 'Stop');
  await page.locator('dialog[open]', { hasText: '127.0.0.1' }).getByRole('button', { name: 'Cancel' }).click();
  await choose('Reset or stop A', 'Send the client away');
  await page.locator('dialog[open]').getByRole('button', { name: 'Send away' }).click();
  await told(page, 'A is free');
  await word(page, 'A', 'idle');
});

test('a board is reset, by menu and by key', async () => {
  await choose('Reset or stop SIM', 'Reset');
  await told(page, 'SIM was reset');
  await card(page, 'SIM').getByRole('link', { name: 'SIM', exact: true }).focus();
  await page.keyboard.press('r');
  await page.locator('dialog[open]', { hasText: 'Reset SIM?' }).getByRole('button', { name: 'Reset' }).click();
  await told(page, 'SIM was reset');
});

test('every way of using a slot can be copied, with its port', async () => {
  for (const what of ['URL', 'esptool', 'PlatformIO', 'ESP-IDF', 'Python', 'socat', 'docker-compose']) {
    await choose('Copy for A', what);
    await told(page, what === 'URL' ? `Copied rfc2217://127.0.0.1:${bench.ports.A}` : `Copied ${what} for A`);
  }
});

test('the last line and the rate are pushed', async () => {
  await card(page, 'SIM').locator('.line', { hasText: 'main: tick' }).waitFor();
  await card(page, 'SIM').locator('.rates', { hasText: 'B/s' }).waitFor();
});

test('a crash stays until it is looked at', async () => {
  const { url } = bench;
  const slot = await bench.do('slot', 'SIM');
  const wrote = await bench.do('post', `/api/slots/${slot.slot}/write`, { text: 'crash\r\n' });
  assert.equal(wrote[0], 200);
  await card(page, 'SIM').locator('.crash.unseen', { hasText: '1 crash' }).waitFor();
  await page.reload();
  await card(page, 'SIM').locator('.crash.unseen').click();
  const event = page.locator('.events li', { hasText: 'crash' });
  await event.locator('summary').click();
  await event.locator('.dump', { hasText: 'Backtrace: 0x400d5a39' }).waitFor();
  await page.goto(url);
  await card(page, 'SIM').locator('.crash:not(.unseen)', { hasText: '1 crash' }).waitFor();
});

test('a slot is renamed and removed, and what was removed comes back', async () => {
  await page.goto(`${bench.url}#/slot/A/settings`);
  await page.locator('.settings').getByLabel('Name').fill('Lamp');
  await page.getByRole('button', { name: 'Save' }).click();
  await told(page, 'Saved: Lamp');
  await page.waitForURL('**#/slot/Lamp/settings');
  await page.getByRole('button', { name: 'Remove this slot' }).click();
  await page.locator('dialog[open]').getByRole('button', { name: 'Remove Lamp' }).click();
  await told(page, 'Lamp was removed');
  await page.getByRole('button', { name: 'Undo' }).click();
  await word(page, 'Lamp', 'idle');
});

test('a daemon that dies is named with what does not work, and the page goes on when it is back', async () => {
  await page.goto(bench.url);
  assert.deepEqual(bench.complaints.filter(words => !/status of 400/.test(words)), []);
  for (const [daemon, unit] of [['loggerd', 'logger'], ['bridged', 'bridge'], ['hotplugd', 'hotplug'], ['portald', 'portal']]) {
    await bench.do('kill', daemon);
    await page.locator('#notices', { hasText: `journalctl -u rfc2217-${unit}` }).waitFor();
    await bench.do('restart', daemon);
    await until('no notice', async () => await page.locator('#notices').innerText() === '');
    await word(page, 'SIM', 'idle');
  }
});
