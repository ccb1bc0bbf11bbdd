// The page in Debian's Chromium, over the real daemons (bench.py).

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const build = process.env.RFC2217_BUILD ?? join(here, '../../build/dev');
const packages = createRequire(join(process.env.RFC2217_PACKAGES ?? join(build, 'tests/browser'), 'package.json'));
const patience = 60_000; // ms until a condition is given up; never an expectation of speed

export class Bench {
  #waiting = [];
  complaints = []; // of the pages' consoles

  // boards: those that the test plays; sims: simulated ones; each {label: more of its slot}
  static async start({ boards = {}, sims = {}, settings = {}, xterm = true } = {}) {
    const bench = new Bench();
    bench.process = spawn('/usr/bin/python3', ['-B', join(here, 'bench.py'), build], { stdio: ['pipe', 'pipe', 'inherit'] });
    bench.ended = new Promise(resolve => { bench.process.on('exit', resolve); });
    createInterface({ input: bench.process.stdout }).on('line', line => bench.#waiting.shift()(JSON.parse(line)));
    Object.assign(bench, await bench.do('start', boards, sims, settings, xterm));
    const { chromium } = packages('playwright-core');
    bench.browser = await chromium.launch({
      executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    });
    return bench;
  }

  async do(call, ...args) {
    const answer = await new Promise(resolve => {
      this.#waiting.push(resolve);
      this.process.stdin.write(`${JSON.stringify({ call, args })}\n`);
    });
    if (answer.error) throw new Error(`${call}: ${answer.error}`);
    return answer.value;
  }

  say(board, text) { return this.do('say', board, Buffer.from(text).toString('base64')); }

  // What came to a board, from the beginning.
  async heard(board) {
    const more = Buffer.from(await this.do('heard', board), 'base64').toString();
    this.all ??= {};
    this.all[board] = (this.all[board] ?? '') + more;
    return this.all[board];
  }

  // A browser of its own: other storage, another WebSocket.
  async page(hash = '', { width = 1280, height = 900, scheme = 'light', scale = 1, touch = false } = {}) {
    const context = await this.browser.newContext({
      viewport: { width, height }, colorScheme: scheme, deviceScaleFactor: scale, acceptDownloads: true, hasTouch: touch, isMobile: touch,
    });
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(`${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', error => this.complaints.push(String(error)));
    await page.goto(this.url + hash);
    return page;
  }

  async close() {
    await this.browser?.close();
    const codes = await this.do('close');
    await this.ended;
    assert.deepEqual(new Set(Object.values(codes)), new Set([0]), 'the daemons end cleanly');
  }
}

export async function until(what, claim) {
  const end = Date.now() + patience;
  for (;;) {
    const value = await claim();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${patience / 1000} s in vain: ${what}`);
    await new Promise(resolve => { setTimeout(resolve, 50); });
  }
}

export const card = (page, label) => page.locator('.card', { has: page.locator('.label', { hasText: new RegExp(`^${label}$`) }) });

export async function word(page, label, expected) {
  await card(page, label).locator('.word', { hasText: new RegExp(`^${expected}$`) }).waitFor();
}

// What an action came to. Each toast is taken once, be it still shown or not: on a loaded machine it may be over by now.
export async function told(page, words) {
  const toast = page.locator('#toast > span:not(.taken)', { hasText: words });
  await toast.waitFor({ state: 'attached' });
  await toast.evaluate(element => element.classList.add('taken'));
}

export const screenText = page => page.evaluate(() => {
  const plain = document.querySelector('.plain');
  return plain ? plain.innerText : [...document.querySelectorAll('.xterm-rows > div')].map(row => row.textContent).join('\n');
});

export const axe = readFileSync(packages.resolve('axe-core/axe.min.js'), 'utf8');
