// A day of a board as a strip: boots and crashes, each with its lines, as loggerd keeps them.

import { bad, copy } from './dialogs.js';
import { button, input, make, text } from './dom.js';
import { placeOf } from './log_text.js';
import { get } from './request.js';
import { placeHash } from './route.js';
import { look } from './seen.js';
import { clock } from './transcript.js';
import { count } from './words.js';

const mostPages = 20; // of a hundred events each, of a day

const day = time => new Date(time - time.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
const dayPart = time => (time.getHours() * 3600 + time.getMinutes() * 60 + time.getSeconds()) / 86400;

const word = event => (event.kind === 'boot' ? 'boot' : event.rule);
const firstLine = event => (event.kind === 'boot' ? event.banner : event.text);

// A boot as the board told it, or the lines around an alert.
function linesOf(event) {
  if (event.kind === 'boot') {
    const { rom, banner, mode, app, app_version: version, idf_version: idf, compiled, elf_sha256: sha } = event;
    return [rom === banner ? '' : rom, banner, mode && `boot mode: ${mode}`, app && `app: ${app} ${version}`.trim(),
      idf && `ESP-IDF: ${idf}`, compiled && `compiled: ${compiled}`, sha && `ELF SHA256: ${sha}`].filter(Boolean);
  }
  const left = event.dump_left_out ? [`… ${count(event.dump_left_out, 'more line')} in the log`] : [];
  return [...event.context, event.text, ...event.dump, ...left];
}

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
    if (!this.events.childElementCount) text(this.status, 'Looking…');
    const [boots, alerts] = await Promise.all([this.all('boot', turn), this.all('alert', turn)]);
    if (turn === this.turn && boots && alerts) this.fill([...alerts, ...boots]);
  }

  // Of the day, page by page; null: it could not be read, or nobody waits for it any more.
  async all(kind, turn) {
    const from = new Date(`${this.day.value}T00:00`);
    const to = new Date(from);
    to.setDate(to.getDate() + 1);
    const wanted = { kind, from: from.toISOString(), to: to.toISOString() };
    const found = [];
    for (let page = 0; page < mostPages; ++page) {
      const answer = await get(`api/slots/${encodeURIComponent(this.slot)}/events?${new URLSearchParams(wanted)}`);
      if (turn !== this.turn) return null;
      if (!answer.ok) {
        text(this.status, `Not known: ${answer.error}`);
        return null;
      }
      found.push(...answer.events);
      if (!answer.more) break;
      wanted.after = answer.next;
    }
    return found;
  }

  fill(events) {
    events.forEach(event => Object.assign(event, { when: new Date(event.time) }));
    events.sort((one, other) => one.when - other.when); // a crash is before the boot that came with it
    const boots = events.filter(event => event.kind === 'boot').length;
    const crashes = events.filter(event => event.rule === 'crash').length;
    const others = events.length - boots - crashes;
    text(this.status, !events.length ? 'No boots and no crashes on this day'
      : [count(boots, 'boot'), count(crashes, 'crash', 'crashes'), others && count(others, 'alert')].filter(Boolean).join(', '));
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
    }, event.rule === 'crash' ? 'event-mark crash' : 'event-mark');
    one.style.left = `${dayPart(event.when) * 100}%`;
    one.title = `${word(event)} at ${clock(event.time)}: ${firstLine(event)}`;
    one.setAttribute('aria-label', one.title);
    return one;
  }

  row(event) {
    const lines = make('pre', 'dump', linesOf(event).join('\n'));
    const details = make('details', '', make('summary', '', make('span', 'when', clock(event.time).slice(0, 8)),
      make('span', event.kind === 'boot' ? 'word' : 'word bad', word(event)), make('span', 'what', firstLine(event))),
    make('div', 'bar', button('In the log', () => this.toLog(event)),
      button(event.rule === 'crash' ? 'Copy the dump' : 'Copy', () => copy(lines.textContent, 'these lines'))), lines);
    return make('li', '', details);
  }

  async toLog(event) {
    try {
      const place = await placeOf(this.slot, event.when.toISOString(), firstLine(event).slice(0, 60))
        ?? await placeOf(this.slot, event.when.toISOString());
      if (place) location.hash = placeHash(this.slot, place.file, place.at);
      else bad('It is in no log any more');
    } catch (error) {
      bad(`The log was not read: ${error.message}`);
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
