// How smoothly a wall of consoles is drawn: the times between frames in a real page. For portal_pages.py:
// portal_wall.mjs URL SECONDS PACKAGES
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [url, seconds, packages] = process.argv.slice(2);
const { chromium } = createRequire(join(packages, 'package.json'))('playwright-core');
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});
const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
await page.goto(`${url}#/wall`);
await page.locator('.console[data-following]').nth(7).waitFor();
const gaps = await page.evaluate(milliseconds => new Promise(resolve => {
  const times = [];
  const end = performance.now() + milliseconds;
  const frame = now => {
    times.push(now);
    if (now < end) requestAnimationFrame(frame);
    else resolve(times.slice(1).map((time, i) => time - times[i]));
  };
  requestAnimationFrame(frame);
}), 500 * Number(seconds));
const all = gaps.reduce((sum, gap) => sum + gap, 0);
gaps.sort((one, other) => one - other);
const round = value => Math.round(10 * value) / 10;
console.log(JSON.stringify({
  'wall, frames a second': round(1000 * gaps.length / all),
  'wall, ms between frames, p50': round(gaps[Math.floor(gaps.length / 2)]),
  'wall, ms between frames, p99': round(gaps[Math.floor(gaps.length * 0.99)]),
}));
await browser.close();
