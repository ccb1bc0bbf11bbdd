// One card. It is built once; show() then changes only what differs.

import { copy, start, stop, urlOf } from './actions.js';
import * as words from './words.js';

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

// textContent only: whatever a board or a USB string says stays text.
function text(element, value, title = '') {
  if (element.textContent !== value) element.textContent = value;
  if (element.title !== title) element.title = title;
  element.hidden = value === '';
}

function button(label, action) {
  const element = make('button', '', label);
  element.type = 'button';
  element.addEventListener('click', action);
  return element;
}

export class Card {
  constructor() {
    this.label = make('h2', 'label');
    this.port = button('', () => copy(urlOf(this.entry)));
    this.port.className = 'port';
    this.word = make('span', 'word');
    this.who = make('span', 'who');
    this.length = make('span', 'soft');
    this.claim = make('span', 'soft');
    this.product = make('p', 'product');
    this.ids = make('p', 'ids mono soft');
    this.settings = make('span', 'mono');
    this.rate = make('span', 'soft mono');
    this.spark = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    const drawing = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    drawing.setAttribute('viewBox', '0 0 100 16');
    drawing.setAttribute('preserveAspectRatio', 'none');
    drawing.setAttribute('aria-hidden', 'true');
    drawing.append(this.spark);
    this.rates = make('span', 'rates', drawing, this.rate);
    this.why = make('p', 'why');
    this.line = make('p', 'line');
    this.toggle = button('', () => this.switchOver());
    this.copyUrl = button('Copy URL', () => copy(urlOf(this.entry)));
    this.buttons = make('div', 'buttons', this.toggle, this.copyUrl);
    this.element = make('li', 'card',
      make('div', 'top', this.label, this.port),
      make('p', 'state', this.word, this.who, this.length, this.claim),
      make('div', 'facts', this.product, this.ids, make('p', 'wire', this.settings, this.rates)),
      this.why, this.line, this.buttons);
  }

  // entry: as in /api/devices; line: its last log line or undefined
  show(entry, line, rates) {
    this.entry = entry;
    this.showHead(entry);
    this.showFacts(entry);
    this.showRates(entry, rates);
    this.showWhy(entry);
    text(this.line, line ? line.text : '', line ? words.exact(line.time) : '');
    this.line.classList.toggle('tx', line?.direction === 'TX');
    this.showButtons(entry);
    this.tick();
  }

  showHead(entry) {
    const kind = `card ${words.stateKind(entry.state)} ${entry.state}${entry.present ? '' : ' absent'}`;
    if (this.element.className !== kind) this.element.className = kind;
    const label = entry.label ?? 'New board';
    text(this.label, label);
    text(this.port, entry.tcp_port ? `:${entry.tcp_port}` : '', entry.tcp_port ? `Copy ${urlOf(entry)}` : '');
    this.port.setAttribute('aria-label', `Port ${entry.tcp_port} of ${label}: copy its URL`);
    text(this.word, words.stateWord(entry.state));
    const observers = entry.observers ? `+ ${entry.observers} reading along` : '';
    const who = entry.client ? words.personOf(entry.client.address) : '';
    text(this.who, [who, observers].filter(Boolean).join(' '), entry.client?.address ?? '');
    const { claim } = entry;
    text(this.claim, claim ? `claimed by ${claim.owner}` : '', claim ? `until ${words.exact(claim.until)}` : '');
  }

  showFacts(entry) {
    const [product = '', ...ids] = entry.device ? words.boardParts(entry.device) : [];
    if (entry.present) ids.push(entry.devnode);
    else if (entry.state === 'empty') ids.push(entry.slot_key); // where to plug one in
    text(this.product, product);
    text(this.ids, ids.filter(Boolean).join(' · '), `connector ${entry.slot_key}`);
    text(this.settings, entry.settings && entry.present ? words.lineSettings(entry.settings) : '');
  }

  showRates(entry, rates) {
    const history = rates.of(entry.slot);
    this.rates.hidden = !entry.running || history.length === 0;
    if (this.rates.hidden) return;
    this.spark.setAttribute('d', rates.path(entry.slot));
    text(this.rate, words.bytesPerSecond(history.at(-1)), 'both directions');
  }

  showWhy(entry) {
    let why = entry.state === 'unknown' ? '' : entry.reason ?? ''; // else said once, above all cards
    if (!why && ['error', 'flapping'].includes(entry.state)) why = entry.last_error ?? '';
    if (entry.state === 'unassigned') {
      why = 'No port is assigned to this connector. Add it to slots.json, or set auto_assign there.';
    }
    this.reason = why;
    text(this.why, why);
  }

  showButtons(entry) {
    this.buttons.hidden = !entry.tcp_port;
    const starts = ['stopped', 'error', 'flapping'].includes(entry.state);
    const label = starts ? 'Start' : 'Stop';
    if (this.toggle.textContent !== label) this.toggle.textContent = label;
    this.toggle.setAttribute('aria-label', `${label} ${entry.label}`);
    this.copyUrl.setAttribute('aria-label', `Copy URL of ${entry.label}`);
    this.toggle.hidden = entry.state === 'empty';
    this.toggle.disabled = Boolean(this.busy) || entry.state === 'unknown';
  }

  async switchOver() {
    const act = this.toggle.textContent === 'Start' ? start : stop;
    this.busy = true;
    this.toggle.disabled = true;
    await act(this.entry);
    this.busy = false;
    this.showButtons(this.entry);
  }

  // Times that pass by themselves.
  tick() {
    const { client, state, next_try: next, last_event_ts: last } = this.entry;
    if (client) text(this.length, words.since(client.since), words.exact(client.since));
    else if (state === 'empty' && last) text(this.length, `for ${words.since(last)}`, words.exact(last));
    else text(this.length, '');
    if (next) {
      text(this.why, [this.reason, `next try ${words.until(next)}`].filter(Boolean).join(' · '), words.exact(next));
    }
  }
}
