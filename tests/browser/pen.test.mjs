// One pen: of two browsers and a pyserial client, exactly one writes, as the board's bytes show.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Bench, told, until } from './bench.mjs';

let bench, ann, bob;

before(async () => {
  bench = await Bench.start({ boards: { A: {} } });
  [ann, bob] = await Promise.all([bench.page('#/slot/A'), bench.page('#/slot/A')]);
});
after(() => bench?.close());

const take = page => page.getByRole('button', { name: 'Take the pen' }).click();
const agree = page => page.locator('dialog[open]').getByRole('button', { name: 'Take the pen' }).click();
const has = page => page.locator('.console', { hasText: 'You have the pen' }).waitFor();
const reads = (page, who) => page.locator('.console', { hasText: `${who}` }).getByText('you are reading along').waitFor();
const disabled = page => page.getByLabel('Line for A').isDisabled();

async function type(page, line) {
  await page.getByLabel('Line for A').fill(line);
  await page.keyboard.press('Enter');
}

async function heardNow(expected) {
  await until(`the board heard ${JSON.stringify(expected)}`, async () => await bench.heard('A') === expected);
}

// The word of bridged: what a page without the pen sends all the same, as a broken one would.
const forced = page => page.evaluate(() => fetch('api/slots/A/write', {
  method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"text": "X", "owner": "somebody"}',
}).then(answer => answer.status));

test('who takes the pen writes, the other reads along and is told who has it', async () => {
  await take(ann);
  await has(ann);
  await reads(bob, 'page-');
  assert.ok(await disabled(bob));
  await type(ann, 'one');
  await heardNow('one\r\n');
  assert.equal(await forced(bob), 409);
});

test('a pyserial client is refused while a page has the pen', async () => {
  assert.equal(await bench.do('connect', 'early', bench.ports.A), false);
  await type(ann, 'two');
  await heardNow('one\r\ntwo\r\n');
});

test('the pen is taken over after a question, and the other is told', async () => {
  await take(bob);
  await agree(bob);
  await has(bob);
  await told(ann, 'has the pen of A now');
  assert.ok(await disabled(ann));
  await type(bob, 'three');
  await heardNow('one\r\ntwo\r\nthree\r\n');
});

test('portald killed in between changes nothing: who had the pen has it', async () => {
  await bench.do('kill', 'portald');
  await bob.locator('#notices', { hasText: 'journalctl' }).waitFor();
  await bench.do('restart', 'portald');
  await until('no notice', async () => await bob.locator('#notices').innerText() === '');
  await has(bob);
  assert.equal(await forced(ann), 409);
  await type(bob, 'four');
  await heardNow('one\r\ntwo\r\nthree\r\nfour\r\n');
});

test('bridged forgets claims when it is started again, and the page asks for its own anew', async () => {
  const before = (await bench.do('slot', 'A')).claim.until;
  await bench.do('kill', 'bridged');
  await bob.locator('#notices', { hasText: 'rfc2217-bridge' }).waitFor();
  await bench.do('restart', 'bridged');
  await until('there is a new claim', async () => (await bench.do('slot', 'A')).claim?.until > before);
  await has(bob);
  assert.equal(await forced(ann), 409);
});

test('a pyserial client holds the slot, and is named to both', async () => {
  await bob.getByRole('button', { name: 'Give the pen back' }).click();
  await until('it connects', () => bench.do('connect', 'client', bench.ports.A));
  await reads(ann, '127.0.0.1');
  await reads(bob, '127.0.0.1');
  assert.equal(await forced(ann), 409);
  assert.ok(await bench.do('send', 'client', 'five'));
  await heardNow('one\r\ntwo\r\nthree\r\nfour\r\nfive');
});

test('a page takes the pen from a client only by force, and then the client writes no more', async () => {
  await take(ann);
  await agree(ann);
  await has(ann);
  await bench.do('send', 'client', 'never');
  await type(ann, 'six');
  await heardNow('one\r\ntwo\r\nthree\r\nfour\r\nfivesix\r\n');
  await bench.do('disconnect', 'client');
});

test('a page that is closed gives its pen back', async () => {
  await ann.goto('about:blank');
  await bob.locator('.console', { hasText: 'Nobody is writing' }).waitFor();
  await take(bob);
  await has(bob);
});

test('a pen that is given back while its claim is being renewed is released after that', async () => {
  const late = await bench.page('#/slot/A');
  await late.clock.install();
  await take(late);
  await agree(late);
  await has(late);
  let go;
  const held = new Promise(resolve => { go = resolve; });
  const asked = late.waitForRequest('**/claim');
  await late.route('**/claim', async route => {
    await held;
    await route.continue();
  });
  await late.clock.fastForward(41000);
  await asked;
  const sent = [];
  late.on('request', request => sent.push(request.url()));
  const [renewed, released] = ['**/claim', '**/release'].map(path => late.waitForResponse(path));
  await late.getByRole('button', { name: 'Give the pen back' }).click();
  await late.evaluate(() => fetch('api/info')); // what the click sent is sent before this
  assert.ok(!sent.some(url => url.endsWith('/release')), 'it waits for the renewal');
  go();
  await Promise.all([renewed, released]);
  assert.equal(await forced(bob), 200, 'bridged says that nobody has it');
});
