// The console: what the board says, what one types, what a hostile board tries.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { Bench, screenText, until } from './bench.mjs';

let bench, page;

before(async () => {
  bench = await Bench.start({ boards: { A: {}, B: {} }, sims: { SIM: {} } });
  page = await bench.page('#/slot/SIM');
});
after(() => bench?.close());

const shows = (on, words) => until(`the screen shows ${words}`, async () => (await screenText(on)).includes(words));
const take = async on => {
  await on.getByRole('button', { name: 'Take the pen' }).click();
  await on.getByRole('button', { name: 'Give the pen back' }).waitFor();
};

test('a line is typed, and its echo is seen', async () => {
  await shows(page, 'board SIM is up');
  await take(page);
  await page.getByLabel('Line for SIM').fill('hello there');
  await page.keyboard.press('Enter');
  await shows(page, 'echo: hello there');
});

test('the scrollback is there after a reload', async () => {
  await page.reload();
  await shows(page, 'echo: hello there');
});

test('each key is sent, in order, where one chose so', async () => {
  await page.goto(`${bench.url}#/slot/A`);
  const keyboard = page.getByRole('textbox', { name: 'Console of A' });
  await keyboard.waitFor({ state: 'attached' });
  await page.getByLabel('What is sent').selectOption('keys');
  await take(page);
  await keyboard.focus();
  await page.keyboard.type('the quick brown fox jumps 0123456789');
  await page.keyboard.press('Enter');
  await until('the board has it all', async () => await bench.heard('A') === 'the quick brown fox jumps 0123456789\r');
});

test('break and lines go to the board of whoever has the pen', async () => {
  await page.locator('.lamp', { hasText: 'DTR on' }).click();
  await page.locator('.lamp', { hasText: 'DTR off' }).waitFor();
  assert.equal((await bench.do('slot', 'A')).lines.dtr, false);
  await page.getByRole('button', { name: 'Give the pen back' }).click();
  await until('lamps cannot be pressed', () => page.locator('.lamp', { hasText: 'DTR off' }).isDisabled());
});

test('times, pause, find and download', async () => {
  await bench.say('A', 'first line\r\nneedle in it\r\n');
  await shows(page, 'needle in it');
  await page.getByRole('button', { name: 'Times' }).click();
  await until('a time before the line', async () => /\d\d:\d\d:\d\d\.\d{3} +first line/.test(await screenText(page)));
  await page.getByRole('button', { name: 'Pause' }).click();
  await bench.say('A', 'while paused\r\n');
  await page.locator('.bar', { hasText: 'paused, 14 B waiting' }).waitFor();
  assert.ok(!(await screenText(page)).includes('while paused'));
  await page.getByRole('button', { name: 'Pause' }).click();
  await shows(page, 'while paused');
  await page.getByLabel('Find in this console').fill('nothing like it');
  await page.keyboard.press('Enter');
  await page.locator('.tools', { hasText: 'not found' }).waitFor();
  await page.getByLabel('Find in this console').fill('NEEDLE');
  await page.keyboard.press('Enter');
  await page.locator('.tools [role=status]', { hasText: 'not found' }).waitFor({ state: 'hidden' });
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()]);
  assert.match(await readFile(await file.path(), 'utf8'), /first line\r\nneedle in it\r\nwhile paused\r\n$/);
});

test('what a hostile board prints harms nothing, in xterm and in the plain view', async () => {
  const evil = '<script>window.hacked=1</script><img src=x onerror=window.hacked=1>\r\n'
    + '\x1b]0;owned\x07\x1b]52;c;aGFja2Vk\x07\x1b]8;;javascript:window.hacked=1\x07link\x1b]8;;\x07'
    + '\x1b[999999999b\x1b[?1049h\x1b[?1003h\x1bP$q\x1b\\\x1b[8;1;1t\x9b\x90\xff\x00\x7f\x1b[?1049l\r\nstill here\r\n';
  for (const name of ['keys', 'plain']) {
    await page.goto(`${bench.url}#/slot/B`);
    if (name === 'plain') await page.getByRole('button', { name: 'Plain' }).click();
    await bench.say('B', evil);
    await shows(page, 'still here');
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.equal(await page.locator('main img, main script').count(), 0);
    assert.equal(new URL(page.url()).hash, '#/slot/B');
  }
  await page.goto(`${bench.url}#/`);
  await page.locator('.cards').waitFor();
  await bench.say('B', '<b>last</b>\x1b[31m\r\n');
  await page.locator('.line', { hasText: '<b>last</b>' }).waitFor();
  assert.equal(await bench.heard('B'), '', 'a board that asks a terminal is not answered by a page that reads along');
});

test('several consoles are side by side', async () => {
  await page.goto(`${bench.url}#/wall?slots=A,SIM`);
  await until('both are followed', async () => await page.locator('.console[data-following]').count() === 2);
  await page.getByRole('button', { name: 'B', exact: true }).click();
  await until('three are followed', async () => await page.locator('.console[data-following]').count() === 3);
});

for (const plain of [false, true]) {
  test(`consoles on the wall scroll together, to the same time, ${plain ? 'plain' : 'by xterm.js'}`, async () => {
    await page.evaluate(on => localStorage.setItem('rfc2217.plain', JSON.stringify(on)), plain);
    await page.goto(`${bench.url}#/`);
    await page.goto(`${bench.url}#/wall?slots=A,B`);
    await until('both are followed', async () => await page.locator('.console[data-following]').count() === 2);
    const pane = label => page.locator('.pane', { has: page.locator('h3', { hasText: new RegExp(`^${label}$`) }) });
    const shown = label => pane(label).evaluate(element => {
      const rows = element.querySelector('.xterm-rows') ?? element.querySelector('.plain');
      const frame = rows.closest('.screen').getBoundingClientRect();
      return [...rows.children].filter(row => {
        const { top, bottom } = row.getBoundingClientRect();
        return bottom > frame.top + 1 && top < frame.bottom - 1;
      }).map(row => row.textContent).join('\n');
    });
    const late = `late ${plain}`;
    for (const words of [`early ${plain}`, late]) {
      for (const board of ['A', 'B']) {
        await bench.say(board, Array.from({ length: 150 }, (_, i) => `${words} ${i}.\r\n`).join(''));
        await until(`${words} at ${board}`, async () => (await shown(board)).includes(`${words} 149.`));
      }
    }
    await pane('A').locator('.screen').hover();
    await until('A is far back', async () => {
      await page.mouse.wheel(0, -1000);
      return !(await shown('A')).includes(late);
    });
    await until('B is as far back', async () => !(await shown('B')).includes(late));
    await until('A is at its end', async () => {
      await page.mouse.wheel(0, 1000);
      return (await shown('A')).includes(`${late} 149.`);
    });
    await until('B is at its end', async () => (await shown('B')).includes(`${late} 149.`));
  });
}

test('a console goes on where it was when the portal, then bridged, come back', async () => {
  await page.goto(`${bench.url}#/slot/A`);
  await page.locator('.slot-view .plain').waitFor();
  await bench.say('A', 'before\r\n');
  await shows(page, 'before');
  await bench.do('kill', 'portald');
  await bench.say('A', 'meanwhile\r\n');
  await bench.do('restart', 'portald');
  await shows(page, 'meanwhile');
  await bench.do('kill', 'bridged');
  await bench.do('restart', 'bridged');
  await bench.say('A', 'afterwards\r\n');
  await shows(page, 'afterwards');
  const lines = (await screenText(page)).split('\n').map(line => line.replace(/^[\d:. ]+/, ''));
  for (const words of ['before', 'meanwhile', 'afterwards']) {
    assert.equal(lines.filter(line => line === words).length, 1, `${words} is shown once`);
  }
});

test('without xterm.js the console is plain text', async () => {
  const other = await Bench.start({ boards: { A: {} }, xterm: false });
  try {
    const plain = await other.page('#/slot/A');
    await plain.locator('.plain').waitFor();
    await other.say('A', '\x1b[31mred\x1b[0m text\r\n');
    await shows(plain, 'red text');
  } finally {
    await other.close();
  }
});
