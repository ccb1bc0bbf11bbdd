// Search over all logs: #/search?q=…, results by board and day.

import { at, button, field, input, link, make, select, text } from './dom.js';
import { fileUrl } from './log_text.js';
import { finder, logLine, marked } from './marked.js';
import { get } from './request.js';
import { placeHash, searchHash } from './route.js';
import { bytes } from './words.js';

const emptyAnswers = 30; // so often it goes on by itself while nothing is found

export class View {
  turn = 0;

  constructor(page, route) {
    this.page = page;
    this.query = input('search', { required: true, maxLength: 1024, spellcheck: false, autocomplete: 'off' });
    this.from = input('datetime-local', { step: 1 });
    this.to = input('datetime-local', { step: 1 });
    this.ignoreCase = input('checkbox');
    this.context = select([['0', 'none'], ['3', '3 lines'], ['10', '10 lines']], '0', () => this.go());
    this.slot = make('select');
    const form = make('form', 'search-form', field('Search, a regular expression', this.query), field('Board', this.slot),
      field('From', this.from), field('Before', this.to), field('Context', this.context),
      make('label', 'field check', this.ignoreCase, make('span', '', 'Ignore case')), make('button', 'primary', 'Search'));
    form.addEventListener('submit', event => { event.preventDefault(); this.go(); });
    this.status = make('p', 'soft status');
    this.status.setAttribute('role', 'status');
    this.results = make('div', 'results');
    this.more = button('More', () => this.fetch(), 'more');
    this.element = make('div', 'search-view', make('div', 'slot-head', link('#/', 'back', '‹ All slots'),
      make('h2', 'label', 'Search')), form, this.status, this.results, this.more);
    this.moves(route);
  }

  get title() { return `Search ${this.query.value}`; }

  moves(route) {
    if (route.view !== 'search') return false;
    const { query } = route;
    this.query.value = at('find-text').value = query.get('q') ?? '';
    this.wantedSlot = query.get('slot') ?? '';
    this.boards = ''; // made anew
    this.from.value = query.get('from') ?? '';
    this.to.value = query.get('to') ?? '';
    this.context.value = query.get('context') ?? '0';
    this.ignoreCase.checked = query.get('case') === 'ignore';
    this.begin();
    return true;
  }

  opened() { if (!this.query.value) this.query.focus(); }

  go() {
    const query = { q: this.query.value };
    if (this.slot.value) query.slot = this.slot.value;
    if (this.from.value) query.from = this.from.value;
    if (this.to.value) query.to = this.to.value;
    if (this.context.value !== '0') query.context = this.context.value;
    if (this.ignoreCase.checked) query.case = 'ignore';
    const hash = searchHash(query);
    if (location.hash === hash) this.begin();
    else location.hash = hash;
  }

  begin() {
    this.turn += 1;
    this.cursor = null;
    this.count = this.searched = 0;
    this.groups = new Map();
    this.results.replaceChildren();
    this.more.hidden = true;
    if (this.query.value) this.fetch();
    else text(this.status, 'Type what to look for: text, or an expression such as wifi:.*disconnected');
  }

  async fetch() {
    const turn = this.turn;
    this.more.hidden = true;
    this.expression = finder(this.query.value, this.ignoreCase.checked);
    for (let i = 0; i < emptyAnswers; ++i) {
      text(this.status, `Searching… ${this.searched ? `${bytes(this.searched)} so far` : ''}`);
      const answer = await get(`api/logs/search?${this.parameters()}`);
      if (turn !== this.turn) return;
      if (!answer.ok) {
        text(this.status, `Not searched: ${answer.error}`);
        return;
      }
      answer.matches.forEach(match => this.add(match));
      this.cursor = answer.cursor;
      this.searched += answer.searched ?? 0;
      if (answer.matches.length || !this.cursor) break;
    }
    this.tell();
  }

  parameters() {
    const wanted = { pattern: this.query.value, limit: '100' };
    if (this.wantedSlot) wanted.slot = this.wantedSlot;
    if (this.from.value) wanted.from = this.from.value;
    if (this.to.value) wanted.to = this.to.value;
    if (this.ignoreCase.checked) wanted.ignore_case = '1';
    if (this.context.value !== '0') wanted.context = this.context.value;
    if (this.cursor) wanted.cursor = this.cursor;
    return new URLSearchParams(wanted);
  }

  tell() {
    const found = this.count ? `${this.count} found` : 'Nothing found';
    text(this.status, `${found}${this.cursor ? ' so far' : ''} · ${bytes(this.searched)} searched`);
    this.more.hidden = !this.cursor;
  }

  add(match) {
    this.count += 1;
    const day = match.time.slice(0, 10);
    const key = `${match.slot}\n${day}`;
    if (!this.groups.has(key)) {
      const rows = make('div', 'rows');
      const label = this.page.model.byId(match.slot)?.label ?? match.slot;
      this.results.append(make('section', 'group', make('h3', '', label || match.file, make('span', 'soft', ` ${day}`)), rows));
      this.groups.set(key, rows);
    }
    const hit = link(match.slot ? placeHash(match.slot, match.file, match.at) : fileUrl(match.file), `row hit ${match.direction.toLowerCase()}`,
      make('span', 'when', match.time.slice(11)), make('span', 'what', ...marked(match.text, this.expression)));
    const around = lines => lines.map(line => logLine(line));
    this.groups.get(key).append(...around(match.before ?? []), hit, ...around(match.after ?? []));
  }

  render() {
    const slots = this.page.model.slots();
    const boards = JSON.stringify(slots.map(entry => [entry.slot, entry.label]));
    if (boards === this.boards) return;
    this.boards = boards;
    this.slot.replaceChildren(...[['', 'all'], ...JSON.parse(boards)].map(([id, label]) => {
      const option = make('option', '', label);
      option.value = id;
      return option;
    }));
    this.slot.value = this.wantedSlot;
    if (this.slot.selectedIndex < 0) this.slot.value = '';
  }

  tick() {}
  close() { this.turn += 1; }
}
