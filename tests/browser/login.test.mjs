// A portal that asks for a token: the page asks whoever is there, once.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Bench, card, until, word } from './bench.mjs';

const [ann, bob] = ['ann-0123456789abcdef', 'bob-0123456789abcdef'];
let bench, page;

before(async () => {
  bench = await Bench.start({ boards: { A: {} } });
  page = await bench.page();
  await word(page, 'A', 'idle');
  await bench.do('ask_for_tokens', [`ann operate ${ann}`, `bob read ${bob}`]);
});
after(() => bench?.close());

const dialog = () => page.getByRole('dialog', { name: 'Log in' });

async function logIn(token) {
  await page.getByLabel('This portal asks for a token.').fill(token);
  await page.getByRole('button', { name: 'Log in' }).click();
}

test('an open page asks for a token, says that a wrong one is wrong, and goes on with the right one', async () => {
  await dialog().waitFor();
  await page.keyboard.press('Escape');
  await logIn('wrong-0123456789abcdef');
  await page.getByRole('alert').filter({ hasText: 'a token that this portal does not know' }).waitFor();
  await logIn(ann);
  await dialog().waitFor({ state: 'detached' });
  await bench.do('unplug', 'A'); // what comes now comes by a WebSocket that was let in
  await word(page, 'A', 'empty');
  await bench.do('plug', 'A');
  await word(page, 'A', 'idle');
});

test('a page that is loaded again is known by its cookie, which no script can read', async () => {
  await page.reload();
  await word(page, 'A', 'idle');
  assert.equal(await dialog().count(), 0);
  assert.equal(await page.evaluate(() => document.cookie), '');
  const cookies = await page.context().cookies();
  assert.equal(cookies.length, 1);
  assert.deepEqual([cookies[0].httpOnly, cookies[0].sameSite], [true, 'Strict']);
  assert.ok(!cookies[0].value.includes(ann));
});

test('a stranger sees the page without a board, and a reader cannot stop one', async () => {
  page = await bench.page();
  await dialog().waitFor();
  assert.equal(await card(page, 'A').count(), 0);
  await logIn(bob);
  await word(page, 'A', 'idle');
  const answer = await page.evaluate(async () => {
    const stop = await fetch('api/stop', { method: 'POST', body: '{"slot": "A"}' });
    return [stop.status, (await stop.json()).error];
  });
  assert.deepEqual(answer, [403, 'the token of bob may only read']);
  await until('the journal to have it', async () => (await bench.do('said', 'portald')).includes('refused 127.0.0.1: POST /api/stop: 403'));
});
