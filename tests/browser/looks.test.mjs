// How the page looks and handles: no serious fault for axe-core, a phone's width, keys, weight.
// Screenshots for a person: RFC2217_SHOTS=/some/folder.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, Bench, until } from './bench.mjs';

const views = {
  slots: '#/', console: '#/slot/SIM', log: '#/slot/SIM/log', boots: '#/slot/SIM/boots',
  settings: '#/slot/SIM/settings', wall: '#/wall', search: '#/search?q=tick',
};
const ready = {
  slots: '.card .line:not([hidden])', console: '.console[data-following]', log: '.rows.log .row', boots: '.events li',
  settings: '.settings', wall: '.console[data-following]', search: '.hit',
};
let bench;

before(async () => {
  bench = await Bench.start({ boards: { A: {} }, sims: { SIM: {} } });
  await bench.do('adapter', 'pci-0000:00:14.0-usb-0:1.2:1.0');
  const { slot } = await bench.do('slot', 'SIM');
  await bench.do('post', `/api/slots/${slot}/write`, { text: 'crash\r\n' });
});
after(() => bench?.close());

for (const scheme of ['light', 'dark']) {
  for (const [name, width, height] of [['desktop', 1280, 900], ['phone', 360, 740]]) {
    test(`${name}, ${scheme}: axe-core finds nothing serious, and nothing is wider than the screen`, async () => {
      const page = await bench.page('', { width, height, scheme, scale: width < 800 ? 2 : 1 });
      for (const [view, hash] of Object.entries(views)) {
        await page.goto(bench.url + hash);
        await page.locator(ready[view]).first().waitFor();
        await page.evaluate(axe); // as the browser's own, which the page's policy does not forbid
        const found = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
        const serious = found.violations.filter(fault => ['serious', 'critical'].includes(fault.impact))
          .map(fault => `${fault.id}: ${fault.nodes.map(node => node.html.slice(0, 160)).join(' | ')}`);
        assert.deepEqual(serious, [], view);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wider <= 0, `${view} is ${wider} px too wide`);
        if (process.env.RFC2217_SHOTS) {
          await page.screenshot({ path: `${process.env.RFC2217_SHOTS}/${view}-${name}-${scheme}.png`, fullPage: true });
        }
      }
      await page.context().close();
    });
  }
}

test('everything of the first view is under 100 KB, and xterm.js comes with the first console only', async () => {
  const page = await (await bench.browser.newContext()).newPage();
  const got = [];
  page.on('response', async answer => {
    const body = await answer.body().catch(() => '');
    got.push({ url: answer.url(), size: body.length });
  });
  await page.goto(bench.url);
  await page.locator('.card').first().waitFor();
  await until('the scripts', () => got.length > 10);
  const size = got.reduce((sum, one) => sum + one.size, 0);
  assert.ok(size < 100000, `${size} bytes`);
  assert.ok(got.every(one => !one.url.includes('vendor')));
  await page.goto(`${bench.url}#/slot/SIM`);
  await page.locator(bench.xterm ? '.xterm' : '.plain').waitFor();
  const before = got.filter(one => !one.url.includes('vendor')).reduce((sum, one) => sum + one.size, 0);
  assert.ok(before < 100000, `${before} bytes with a console, before xterm.js`);
});

test('keys lead everywhere and back', async () => {
  const page = await bench.page();
  await page.locator('.card').first().waitFor();
  await page.keyboard.press('1');
  await page.waitForURL(/#\/slot\//);
  await page.keyboard.press('Escape');
  await page.waitForURL(/#\/$/);
  await page.keyboard.press('?');
  await page.locator('#help[open]').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('#help').waitFor({ state: 'hidden' });
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'find-text');
  await page.keyboard.press('Escape');
  await page.keyboard.press('c');
  await page.waitForURL(/#\/slot\//);
});

test('a menu is used by keys alone, and gives the focus back', async () => {
  const page = await bench.page();
  const opener = page.getByRole('button', { name: 'Copy for SIM' });
  await opener.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  assert.match(await page.evaluate(() => document.activeElement.textContent), /^esptool/);
  await page.keyboard.press('Escape');
  await until('the focus is back', () => opener.evaluate(element => element === document.activeElement));
});

test('a touch finds targets of 44 px', async () => {
  const page = await bench.page('', { width: 360, height: 740, touch: true });
  for (const view of ['slots', 'console', 'log']) {
    await page.goto(bench.url + views[view]);
    await page.locator(ready[view]).first().waitFor();
    const small = await page.evaluate(() => [...document.querySelectorAll('button, .button, input, select')]
      .filter(element => element.offsetParent && !element.closest('.visually-hidden') && element.type !== 'checkbox'
        && !element.matches('.xterm *') && element.getBoundingClientRect().height < 43.5)
      .map(element => element.outerHTML.slice(0, 120)));
    assert.deepEqual(small, [], view);
  }
});
