// A day of a board as a strip: boots and crashes, each with its lines.

import { copy } from './dialogs.js';
import { button, input, link, make, text } from './dom.js';
import { finder } from './marked.js';
import { LogText } from './log_text.js';
import { get } from './request.js';
import { placeHash } from './route.js';
import { look } from './seen.js';
import { count } from './words.js';

// How they begin in a log; loggerd's counters know more signs.
const boot = 'rst:0x[0-9a-f]+ ?\\(|rst cause:\\d|^\\*\\*\\* Booting Zephyr|^MicroPython v|^U-Boot ';
const crash = 'Guru Meditation Error|abort\\(\\) was called at PC|assert failed: |Task watchdog got triggered'
  + '|Brownout detector was triggered|\\*\\*\\*ERROR\\*\\*\\* A stack overflow|^Exception \\(\\d+\\):|Fatal exception'
  + '|ZEPHYR FATAL ERROR|panicked at |[Hh]ard ?[Ff]ault';
const isCrash = finder(crash, false);
const mostEvents = 1000;
const longestDump = 60; // lines

const day = time => new Date(time - time.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
const secondsOf = time => time.slice(11).split(':').reduce((sum, part) => sum * 60 + Number(part), 0);

export class BootsTab {
  turn = 0;

  constructor({ model }, slot) {
    Object.assign(this, { model, slot });
    this.day = input('date', { value: day(new Date()), required: true });
    this.day.setAttribute('aria-label', 'Day');
    this.day.addEventListener('change', () => this.load());
    this.status = make('span', 'soft grow');
    this.status.setAttribute('role', 'status');
    this.strip = make('div', 'strip');
    this.events = make('ol', 'events');
    const hours = make('div', 'hours', ...[0, 6, 12, 18, 24].map(hour => make('span', '', `${hour} h`)));
    hours.setAttribute('aria-hidden', 'true');
    this.element = make('section', 'boots', make('div', 'bar', button('‹ Day before', () => this.step(-1)), this.day,
      button('Day after ›', () => this.step(1)), this.status), this.strip, hours, this.events);
    this.element.setAttribute('aria-label', 'Boots and crashes');
  }

  step(days) {
    const to = new Date(`${this.day.value}T12:00`);
    to.setDate(to.getDate() + days);
    this.day.value = day(to);
    this.load();
  }

  goes() { this.load(); }

  async load() {
    const turn = ++this.turn;
    this.known = this.model.alerts.find(alert => alert.slot === this.slot)?.id;
    const next = new Date(`${this.day.value}T12:00`);
    next.setDate(next.getDate() + 1);
    const wanted = { pattern: `${boot}|${crash}`, slot: this.slot, from: this.day.value, to: day(next), limit: '1000' };
    if (!this.events.childElementCount) text(this.status, 'Looking…');
    const found = [];
    for (;;) {
      const answer = await get(`api/logs/search?${new URLSearchParams(wanted)}`);
      if (turn !== this.turn) return;
      if (!answer.ok) {
        text(this.status, `Not known: ${answer.error}`);
        return;
      }
      found.push(...answer.matches.filter(match => match.direction === 'RX'));
      if (!answer.cursor || found.length >= mostEvents) break;
      wanted.cursor = answer.cursor;
    }
    this.fill(found.slice(0, mostEvents));
  }

  fill(found) {
    const events = found.map(match => ({ ...match, crash: match.text.search(isCrash) >= 0 }));
    const crashes = events.filter(event => event.crash).length;
    text(this.status, events.length
      ? `${count(events.length - crashes, 'boot')}, ${count(crashes, 'crash', 'crashes')}` : 'No boots and no crashes on this day');
    const rows = events.map(event => this.row(event));
    this.strip.replaceChildren(...events.map((event, i) => this.mark(event, rows[i])));
    this.events.replaceChildren(...rows.reverse());
    const entry = this.model.byId(this.slot);
    if (entry) look(entry);
  }

  mark(event, row) {
    const one = button('', () => {
      row.querySelector('details').open = true;
      row.scrollIntoView({ block: 'center' });
      row.querySelector('summary').focus();
    }, event.crash ? 'event-mark crash' : 'event-mark');
    one.style.left = `${secondsOf(event.time) / 864}%`;
    one.title = `${event.crash ? 'Crash' : 'Boot'} at ${event.time.slice(11)}: ${event.text}`;
    one.setAttribute('aria-label', one.title);
    return one;
  }

  row(event) {
    const lines = make('pre', 'dump');
    const details = make('details', '', make('summary', '', make('span', 'when', event.time.slice(11, 19)),
      make('span', event.crash ? 'word bad' : 'word', event.crash ? 'crash' : 'boot'), make('span', 'what', event.text)),
    make('div', 'bar', link(placeHash(this.slot, event.file, event.at), 'button', 'In the log'),
      button(event.crash ? 'Copy the dump' : 'Copy', () => copy(lines.textContent, 'these lines'))), lines);
    details.addEventListener('toggle', () => { if (details.open && !lines.textContent) this.dump(event, lines); });
    return make('li', '', details);
  }

  // From the event to the boot after it.
  async dump(event, into) {
    into.textContent = 'Loading…';
    try {
      const all = await new LogText(event.file).from(event.at);
      const texts = all.filter(line => !/^\[[^\]]*\] \[(TX|INFO)\]/.test(line))
        .map(line => line.replace(/^\[[^\]]*\] \[RX\] ?/, ''));
      const end = texts.findIndex((line, i) => i > 0 && line.search(finder(boot, false)) >= 0);
      into.textContent = texts.slice(0, end < 0 ? longestDump : Math.min(end, longestDump)).join('\n');
    } catch (error) {
      into.textContent = `Not read: ${error.message}`;
    }
  }

  // A boot or crash that was just told of.
  render() {
    const newest = this.model.alerts.find(alert => alert.slot === this.slot)?.id;
    if (newest === this.known) return;
    this.known = newest;
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.load(), 500);
  }

  close() {
    this.turn += 1;
    clearTimeout(this.soon);
  }
}
