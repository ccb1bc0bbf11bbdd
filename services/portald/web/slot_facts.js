// The column beside a slot's tabs: lines, who is on it, settings, counters.

import { button, make, text } from './dom.js';
import { Sparkline } from './sparkline.js';
import * as words from './words.js';

const lamps = ['dtr', 'rts', 'cts', 'dsr', 'ri', 'dcd'];
const outputs = ['dtr', 'rts'];

// Outputs are pressed by whoever has the pen; inputs only tell.
class Lamps {
  constructor(pen) {
    this.pen = pen;
    this.made = Object.fromEntries(lamps.map(name => [name, this.#lamp(name)]));
    this.break = button('Break', () => pen().do('break', {}), 'small');
    this.break.title = 'A break of 250 ms';
    this.hint = make('p', 'soft small-text', 'With the pen of the console, DTR, RTS and break can be pressed.');
    this.element = make('div', 'lamps-box', make('div', 'lamps', ...Object.values(this.made)), this.break, this.hint);
  }

  #lamp(name) {
    if (!outputs.includes(name)) return make('span', 'lamp', name.toUpperCase());
    return button(name.toUpperCase(), () => this.pen().do('lines', { [name]: !this.lines[name] }), 'lamp');
  }

  render({ lines, running }) {
    this.lines = lines ?? {};
    const may = Boolean(this.pen()?.mine);
    for (const [name, lamp] of Object.entries(this.made)) {
      const on = this.lines[name];
      const state = typeof on === 'boolean' && running ? (on ? 'on' : 'off') : 'not known';
      text(lamp, `${name.toUpperCase()} ${state === 'not known' ? '–' : state}`, `${name.toUpperCase()} ${state}`);
      lamp.classList.toggle('on', state === 'on');
      if (!outputs.includes(name)) continue;
      lamp.disabled = !may || !running;
      lamp.setAttribute('aria-pressed', state === 'on');
    }
    this.break.disabled = !may || !running;
    this.hint.hidden = may;
  }
}

export class SlotFacts {
  constructor(entryOf, pen, model) {
    Object.assign(this, { entryOf, model });
    this.lamps = new Lamps(pen);
    this.spark = new Sparkline();
    this.list = make('dl', 'facts-list');
    this.values = new Map();
    this.element = make('aside', 'facts-side', make('h3', '', 'Lines'), this.lamps.element,
      make('h3', '', 'Now'), this.spark.element, this.list);
    this.element.setAttribute('aria-label', 'Lines, client and counters');
  }

  #say(name, value, title = '') {
    if (!this.values.has(name)) {
      const row = make('div', '', make('dt', '', name), make('dd'));
      this.values.set(name, row);
      this.list.append(row);
    }
    const row = this.values.get(name);
    text(row.lastChild, value, title);
    row.hidden = value === '';
  }

  render() {
    const entry = this.entryOf();
    if (!entry) return;
    const { client, claim, device, log } = entry;
    this.lamps.render(entry);
    this.spark.show(entry, this.model.rates);
    this.#say('Client', client ? `${client.address} (${client.kind}), ${words.since(client.since)}` : 'nobody',
      client ? words.exact(client.since) : '');
    this.#say('Reading along', entry.observers ? String(entry.observers) : '');
    this.#say('Claimed by', claim ? claim.owner : '', claim ? `until ${words.exact(claim.until)}` : '');
    this.#say('Line', entry.settings ? words.lineSettings(entry.settings) : '');
    this.#say('Board', device ? words.boardParts(device).join(' · ') : 'none');
    this.#say('Device', entry.devnode ?? '');
    this.#say('Connector', entry.slot_key);
    this.#say('Profile', entry.profile ?? '');
    this.#say('Boots', log ? `${log.boots_today} today, ${log.boots} in all` : '', log?.last_reason ?? '');
    this.#say('Crashes', log ? String(log.crashes) : '', log?.last_crash ? words.exact(log.last_crash) : '');
    this.#say('Log', log?.fault ?? (log?.lost_bytes ? `${words.bytes(log.lost_bytes)} lost` : ''));
    this.#say('Last error', entry.last_error ?? '');
  }
}
