// One card. It is built once; show() then changes only what differs.

import { boardMenu, remove, start } from './actions.js';
import { copy } from './dialogs.js';
import { button, link, make, text } from './dom.js';
import { menuButton } from './menu.js';
import { Sparkline } from './sparkline.js';
import { newest, unseen } from './seen.js';
import { snippets, urlOf } from './snippets.js';
import * as words from './words.js';

export const slotHash = (entry, tab = '') => `#/slot/${encodeURIComponent(entry.slot)}${tab && `/${tab}`}`;

export function copyItems(entry, hostIp) {
  return snippets(entry, location.hostname, hostIp).map(([name, value]) => ({
    label: name, action: () => copy(value, name === 'URL' ? '' : `${name} for ${entry.label}`),
  }));
}

export class Card {
  constructor(model) {
    this.model = model;
    this.name = link('#/', '');
    this.port = button('', () => copy(urlOf(this.entry, location.hostname)), 'port');
    this.word = make('span', 'word');
    this.who = make('span', 'who');
    this.length = make('span', 'soft');
    this.claim = make('span', 'soft');
    this.product = make('p', 'product');
    this.ids = make('p', 'ids mono soft');
    this.settings = make('span', 'mono');
    this.spark = new Sparkline();
    this.boots = make('span', 'soft');
    this.crash = link('#/', 'crash');
    this.why = make('p', 'why');
    this.line = make('p', 'line');
    this.makeButtons();
    this.element = make('li', 'card',
      make('div', 'top', make('h2', 'label', this.name), this.port),
      make('p', 'state', this.word, this.who, this.length, this.claim),
      make('div', 'facts', this.product, this.ids, make('p', 'wire', this.settings, this.spark.element),
        make('p', 'counts', this.boots, this.crash)),
      this.why, this.line, this.buttons);
  }

  makeButtons() {
    this.console = link('#/', 'button', 'Console');
    this.start = button('Start', () => this.switchOn());
    this.board = menuButton('Reset', () => boardMenu(this.entry));
    this.copies = menuButton('Copy', () => copyItems(this.entry, this.model.host.ip));
    this.rename = link('#/', 'button', 'Rename');
    this.remove = button('Remove', () => remove(this.entry));
    this.buttons = make('div', 'buttons',
      this.console, this.start, this.board, this.copies, this.rename, this.remove);
  }

  // entry: as in /api/devices; line: its last log line or undefined
  show(entry) {
    this.entry = entry;
    this.showHead(entry);
    this.showFacts(entry);
    this.spark.show(entry, this.model.rates);
    this.showCounts(entry);
    this.showWhy(entry);
    const line = this.model.lines.get(entry.slot);
    text(this.line, line ? line.text : '', line ? words.exact(line.time) : '');
    this.line.classList.toggle('tx', line?.direction === 'TX');
    this.showButtons(entry);
    this.tick();
  }

  showHead(entry) {
    const kind = `card ${words.stateKind(entry.state)} ${entry.state}${entry.present ? '' : ' absent'}`;
    if (this.element.className !== kind) this.element.className = kind;
    text(this.name, entry.label);
    if (this.name.hash !== slotHash(entry)) this.name.href = slotHash(entry);
    text(this.port, `:${entry.tcp_port}`, `Copy ${urlOf(entry, location.hostname)}`);
    this.port.setAttribute('aria-label', `Port ${entry.tcp_port} of ${entry.label}: copy its URL`);
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
    text(this.product, product || (entry.state === 'empty' ? 'Plug a board into this connector:' : ''));
    text(this.ids, ids.filter(Boolean).join(' · '), `connector ${entry.slot_key}`);
    text(this.settings, entry.settings && entry.present ? words.lineSettings(entry.settings) : '');
  }

  showCounts(entry) {
    const { log } = entry;
    text(this.boots, log?.boots_today ? `${words.count(log.boots_today, 'boot')} today` : '',
      log?.last_reason ? `the last one: ${log.last_reason}` : '');
    const crashed = unseen(entry);
    text(this.crash, log?.crashes ? words.count(log.crashes, 'crash', 'crashes') + (crashed ? ' ⚠' : '') : '',
      log?.last_crash ? `the last one ${words.exact(newest(entry))}` : '');
    this.crash.classList.toggle('unseen', crashed);
    this.crash.href = slotHash(entry, 'boots');
    this.element.classList.toggle('crashed', crashed);
  }

  showWhy(entry) {
    let why = entry.state === 'unknown' ? '' : entry.reason ?? ''; // else said once, above all cards
    if (!why && ['error', 'flapping'].includes(entry.state)) why = entry.last_error ?? '';
    if (!why && entry.log?.fault) why = `Not logged: ${entry.log.fault}`;
    this.reason = why;
    text(this.why, why);
  }

  showButtons(entry) {
    const starts = ['stopped', 'error', 'flapping'].includes(entry.state);
    const empty = entry.state === 'empty';
    this.console.hidden = this.copies.hidden = empty;
    this.start.hidden = !starts;
    this.start.disabled = Boolean(this.busy);
    this.board.hidden = !entry.running;
    this.rename.hidden = this.remove.hidden = !empty;
    this.console.href = slotHash(entry);
    this.rename.href = slotHash(entry, 'settings');
    for (const [element, name] of [[this.console, 'Console of'], [this.start, 'Start'], [this.board, 'Reset or stop'],
      [this.copies, 'Copy for'], [this.rename, 'Rename'], [this.remove, 'Remove']]) {
      element.setAttribute('aria-label', `${name} ${entry.label}`);
    }
  }

  async switchOn() {
    this.busy = true;
    this.showButtons(this.entry);
    await start(this.entry);
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
