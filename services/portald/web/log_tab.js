// The logs of a slot: its files, one of them as text, live while it is written.

import { bad, copy } from './dialogs.js';
import { button, field, input, link, make, save, text, toggle } from './dom.js';
import { fileUrl, LogText, placeOf } from './log_text.js';
import { logLine } from './marked.js';
import { get } from './request.js';
import { placeHash } from './route.js';
import { bytes } from './words.js';

const mostRows = 5000;

export class LogTab {
  turn = 0;
  cursor = null;

  constructor({ model }, slot) {
    Object.assign(this, { model, slot });
    this.files = make('ul', 'files');
    this.moreFiles = button('Older files', () => this.list());
    this.name = make('h3', 'file-name');
    this.download = link('#', 'button', 'Download');
    this.live = toggle('Live', true, () => this.news());
    this.live.title = 'Goes on while the log is written';
    this.status = make('span', 'soft grow');
    this.status.setAttribute('role', 'status');
    this.earlier = button('Earlier', () => this.grow('earlier'));
    this.later = button('Later', () => this.grow('later'));
    this.rows = make('div', 'rows log');
    this.rows.tabIndex = 0;
    this.rows.setAttribute('role', 'region');
    this.rows.setAttribute('aria-label', 'The log');
    this.element = make('section', 'log-tab',
      make('div', 'files-box', make('h3', '', 'Files'), this.files, this.moreFiles),
      make('div', 'log-box', this.name, make('div', 'bar', this.live, this.earlier, this.later, this.status,
        button('Copy', () => this.copy()), this.download), this.range(), this.rows));
    this.moreFiles.hidden = true;
  }

  range() {
    this.from = input('datetime-local', { step: 1 });
    this.to = input('datetime-local', { step: 1 });
    const form = make('form', 'bar range', field('From', this.from), field('Before', this.to),
      make('button', '', 'Show'), button('Download this range', () => this.saveRange()));
    form.addEventListener('submit', event => { event.preventDefault(); this.showRange(); });
    return form;
  }

  async goes(query) {
    const file = query.get('file');
    const at = query.has('at') ? Number(query.get('at')) : null;
    if (!this.listed) await this.list();
    const chosen = file ?? this.first;
    if (chosen) this.show(chosen, at);
    else if (this.listed) text(this.status, 'Nothing was logged yet: the board has said nothing.');
  }

  async list() {
    const more = this.cursor ? `&cursor=${encodeURIComponent(this.cursor)}` : '';
    const answer = await get(`api/logs?slot=${encodeURIComponent(this.slot)}${more}`);
    if (!answer.ok) {
      text(this.status, `No list of files: ${answer.error}`);
      return;
    }
    this.listed = true;
    this.first ??= answer.files[0]?.file;
    this.files.append(...answer.files.map(file => this.file(file)));
    this.cursor = answer.cursor;
    this.moreFiles.hidden = !this.cursor;
  }

  file({ file, date, text_bytes: size, disk_bytes: disk, compressed, open }) {
    const notes = [bytes(size ?? disk), compressed && 'compressed', open && 'being written'].filter(Boolean).join(' · ');
    const one = link(placeHash(this.slot, file, '').replace('&at=', ''), '', make('span', '', date), make('span', 'soft', notes));
    one.title = file;
    one.dataset.file = file;
    return make('li', '', one);
  }

  async show(file, at = null) {
    const turn = ++this.turn;
    this.log = new LogText(file);
    for (const one of this.files.querySelectorAll('a')) {
      if (one.dataset.file === file) one.setAttribute('aria-current', 'true');
      else one.removeAttribute('aria-current');
    }
    text(this.name, file);
    this.download.href = fileUrl(file);
    this.download.download = file;
    text(this.status, 'Loading…');
    const lines = await this.tried(() => (at === null ? this.log.tail() : this.log.from(at)));
    if (turn !== this.turn || !lines) return;
    if (this.live.on !== (at === null)) this.live.click();
    this.rows.replaceChildren(...lines.map(line => logLine(line)));
    if (at === null) this.rows.scrollTop = this.rows.scrollHeight;
    else this.rows.firstElementChild?.classList.add('found');
    this.tell();
  }

  async tried(what) {
    try {
      return await what();
    } catch (error) {
      text(this.status, `Not read: ${error.message}`);
      return null;
    }
  }

  tell() {
    const { begin, end, total } = this.log;
    text(this.status, total ? `${bytes(end - begin)} of ${bytes(total)}` : 'This log is empty');
    this.earlier.disabled = begin === 0;
    this.later.disabled = end >= total && !this.live.on;
  }

  async grow(which) {
    if (!this.log || this.growing) return;
    this.growing = true;
    const turn = this.turn;
    const lines = await this.tried(() => this.log[which]());
    this.growing = false;
    if (turn !== this.turn || !lines) return;
    const before = this.rows.scrollHeight;
    const atEnd = before - this.rows.scrollTop - this.rows.clientHeight < 40;
    const made = lines.map(line => logLine(line));
    if (which === 'earlier') {
      this.rows.prepend(...made);
      this.rows.scrollTop += this.rows.scrollHeight - before;
    } else {
      this.rows.append(...made);
      while (this.rows.childElementCount > mostRows) this.rows.firstElementChild.remove();
      if (atEnd && this.live.on) this.rows.scrollTop = this.rows.scrollHeight;
    }
    this.tell();
  }

  // The feed told of a line: it is in the file now, or in a moment.
  render() {
    const line = this.model.lines.get(this.slot);
    if (line === this.line) return;
    this.line = line;
    this.news();
  }

  news() {
    if (!this.live.on || !this.log || this.soon) return;
    this.soon = setTimeout(async () => {
      await this.grow('later');
      this.soon = 0;
      if (this.log.end < this.log.total) this.news();
    }, 300);
  }

  tick() { if (this.line && Date.now() - Date.parse(this.line.time) < 5000) this.news(); }

  async showRange() {
    if (!this.from.value) return;
    const first = await this.tried(() => placeOf(this.slot, this.from.value));
    if (first) location.hash = placeHash(this.slot, first.file, first.at);
    else bad('Nothing was logged after that time');
  }

  // As the search tells lines: over all files of the time between.
  async saveRange() {
    const wanted = { pattern: '^', limit: '1000', slot: this.slot };
    if (this.from.value) wanted.from = this.from.value;
    if (this.to.value) wanted.to = this.to.value;
    const parts = [];
    text(this.status, 'Reading the range…');
    for (;;) {
      const answer = await get(`api/logs/search?${new URLSearchParams(wanted)}`);
      if (!answer.ok) {
        bad(`The range could not be read: ${answer.error}`);
        break;
      }
      parts.push(...answer.matches.map(one => `[${one.time}] [${one.direction}] ${one.text}\n`));
      if (!answer.cursor) {
        if (parts.length) save(`${this.slot} ${this.from.value || 'begin'} ${this.to.value || 'end'}.log`.replaceAll(':', '-'), parts);
        else bad('Nothing was logged in that time');
        break;
      }
      wanted.cursor = answer.cursor;
    }
    if (this.log) this.tell();
  }

  copy() {
    const chosen = String(getSelection());
    const all = [...this.rows.children].map(row => row.textContent).join('\n');
    copy(chosen || all, chosen ? 'what is selected' : 'the log as shown');
  }

  close() {
    this.turn += 1;
    clearTimeout(this.soon);
  }
}
