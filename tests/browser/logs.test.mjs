// Logs: files, live, in a range of time; search over all of them; the day as a strip.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { Bench, told, until } from './bench.mjs';

let bench, page;

before(async () => {
  bench = await Bench.start({ boards: { A: {}, B: {} } });
  await bench.say('A', 'I (1) wifi: connected\r\nI (2) app: between\r\nW (3) wifi: disconnected <b>now</b>\r\n');
  await bench.say('B', 'I (4) wifi: connected\r\n');
  await until('both are in the log', () => isLogged('\\((3|4)\\)', 2));
  page = await bench.page('#/slot/A/log');
});
after(() => bench?.close());

// A page that searches does so once.
async function isLogged(pattern, times) {
  const { matches } = await bench.do('get', `/api/logs/search?pattern=${encodeURIComponent(pattern)}`);
  return matches.length === times;
}

test('a log is listed, shown and goes on while it is written', async () => {
  await page.locator('.files a', { hasText: 'being written' }).waitFor();
  await page.locator('.rows.log .row', { hasText: 'disconnected <b>now</b>' }).waitFor();
  await bench.say('A', 'I (5) app: just now\r\n');
  await page.locator('.rows.log .row', { hasText: 'app: just now' }).waitFor();
  assert.equal(await page.locator('.rows.log .row', { hasText: 'app: just now' }).count(), 1);
});

test('a log, and a range of time of it, are downloaded', async () => {
  const save = async name => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByText(name, { exact: true }).click()]);
    return readFile(await file.path(), 'utf8');
  };
  assert.match(await save('Download'), /\[RX\] I \(1\) wifi: connected\n/);
  await page.getByLabel('From').fill('2020-01-01T00:00:00');
  assert.match(await save('Download this range'), /\[RX\] I \(2\) app: between\n/);
  await page.getByLabel('From').fill('2099-01-01T00:00:00');
  await page.getByRole('button', { name: 'Show' }).click();
  await told(page, 'Nothing was logged after that time');
});

test('search finds over all boards, marks it, and leads to the place in the log', async () => {
  await page.keyboard.press('Escape');
  await page.goto(bench.url);
  await page.locator('.card').first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('wifi: (dis)?connected');
  await page.keyboard.press('Enter');
  await until('three lines', async () => await page.locator('.hit').count() === 3);
  assert.deepEqual(await page.locator('.group h3').evaluateAll(all => all.map(one => one.textContent[0])), ['A', 'B']);
  assert.equal(await page.locator('.hit mark').first().innerText(), 'wifi: connected');
  await page.getByLabel('Board').selectOption('A');
  await page.getByLabel('Context').selectOption('3');
  await page.locator('.row:not(.hit)', { hasText: 'app: between' }).first().waitFor();
  await page.locator('.hit', { hasText: 'disconnected' }).click();
  await page.locator('.rows.log .row.found', { hasText: 'disconnected' }).waitFor();
});

test('a pattern that cannot be is explained', async () => {
  await page.goto(`${bench.url}#/search?q=(`);
  await page.locator('.status', { hasText: 'missing )' }).waitFor();
});

test('nothing found is said, and so is that there is more', async () => {
  await page.goto(`${bench.url}#/search?q=nowhere`);
  await page.locator('.status', { hasText: 'Nothing found' }).waitFor();
  await bench.say('B', Array.from({ length: 150 }, (_, i) => `many ${i}\r\n`).join(''));
  await until('all are in the log', () => isLogged('many 149', 1));
  await page.goto(`${bench.url}#/search?q=many`);
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await until('150 lines', async () => await page.locator('.hit').count() === 150);
});

test('boots and crashes of the day are a strip that one can click', async () => {
  await bench.say('A', 'rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\nI (9) app: up\r\n');
  await page.goto(`${bench.url}#/slot/A/boots`);
  await page.locator('.events li', { hasText: 'POWERON' }).waitFor();
  await bench.say('A', "Guru Meditation Error: Core  0 panic'ed (LoadProhibited).\r\nBacktrace: 0x1:0x2\r\nRebooting...\r\n");
  await page.locator('.event-mark.crash').waitFor();
  await page.locator('.event-mark.crash').click();
  await page.locator('.events .dump', { hasText: 'Backtrace: 0x1:0x2' }).waitFor();
  await page.getByRole('button', { name: 'In the log' }).first().click();
  await page.locator('.rows.log .row.found', { hasText: 'Guru' }).waitFor();
});

test('the page has nothing to complain', () => {
  assert.deepEqual(bench.complaints.filter(words => !/status of 400/.test(words)), []);
});
