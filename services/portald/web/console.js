// A console: the screen, its tools, and the line one writes in.

import { ConsoleTools } from './console_tools.js';
import { button, kept, make, save, text } from './dom.js';
import { Pen } from './pen.js';
import { Lines, Transcript } from './transcript.js';
import { bytes as inBytes } from './words.js';

async function openScreen(host, label, typed, plain) {
  if (!plain) {
    try {
      const { XtermScreen } = await import('./xterm_screen.js');
      return new XtermScreen(host, label, typed);
    } catch { /* it was not there when this was built */ }
  }
  const { PlainScreen } = await import('./plain_screen.js');
  return new PlainScreen(host, label);
}

export class Console {
  transcript = new Transcript();
  #shown = 0; // index of the first record that is not on the screen
  #news = 0; // index of the first one that came after the scrollback
  #frame = 0;
  #screen = null;
  #opening = 0;

  // stamps: whether times are shown, unless one chose
  constructor({ model, follows, draw }, slot, stamps = false) {
    Object.assign(this, { model, slot });
    this.options = {
      mode: kept.get('mode', 'line'), ending: kept.get('ending', '\r\n'), plain: kept.get('plain', false),
      stamps: kept.get('stamps', stamps), sent: false, paused: false,
    };
    this.pen = new Pen(() => this.entry, draw);
    this.host = make('div', 'screen');
    this.status = make('span', 'soft grow');
    this.take = button('Take the pen', () => this.turnPen(), 'primary pen');
    this.waiting = make('span', 'soft');
    this.tools = new ConsoleTools(this);
    this.element = make('section', 'console',
      make('div', 'bar', this.take, this.status, this.waiting), this.host, this.tools.line, this.tools.element);
    this.element.setAttribute('aria-label', `Console of ${this.entry.label}`);
    this.unfollow = follows.add(slot, this);
    this.show();
  }

  get screen() { return this.#screen; }

  get entry() { return this.model.byId(this.slot) ?? this.last; }

  render() {
    this.last = this.entry;
    this.pen.look();
    const { mine, holder } = this.pen;
    const { running } = this.entry;
    text(this.status, !running ? 'Nothing can be written now: the slot is not running'
      : mine ? 'You have the pen' : holder ? `${holder} has the pen; you are reading along` : 'Nobody is writing');
    this.take.textContent = mine ? 'Give the pen back' : 'Take the pen';
    this.take.disabled = !running && !mine;
    this.element.classList.toggle('writing', mine);
    this.tools.render(mine);
  }

  async turnPen() {
    if (this.pen.mine) await this.pen.drop();
    else if (await this.pen.take()) this.focus();
  }

  focus() {
    if (this.pen.mine && this.options.mode === 'line') this.tools.input.focus();
    else this.#screen?.focus();
  }

  // What the terminal says: keys, where each one is sent.
  typed(keys) {
    if (this.options.mode === 'keys' && this.pen.mine) this.pen.write(keys);
  }

  set(name, value) {
    this.options[name] = value;
    if (['mode', 'ending', 'plain', 'stamps'].includes(name)) kept.set(name, value);
    if (name === 'plain') this.show();
    if (name === 'stamps' || name === 'sent') this.#redraw();
    if (name === 'paused') this.#draw();
    this.render();
  }

  async show() {
    const turn = ++this.#opening;
    this.#screen?.close();
    this.#screen = null;
    const screen = await openScreen(this.host, `Console of ${this.entry.label}`, keys => this.typed(keys),
      this.options.plain);
    if (turn !== this.#opening) {
      screen.close();
      return;
    }
    this.#screen = screen;
    screen.left = () => this.take.focus();
    this.#redraw();
  }

  #redraw() {
    this.lines = new Lines(this.options.stamps, this.options.sent);
    this.#screen?.reset();
    this.#shown = 0;
    this.#news = this.transcript.end; // the whole of it is written again, and is no news
    this.#draw();
  }

  // Once a frame; a background tab has no frames.
  #draw() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (!this.#screen) return;
      if (!this.options.paused) this.#flush();
      const held = this.options.paused ? this.transcript.from(this.#shown) : [];
      const size = held.reduce((sum, record) => sum + record.bytes.length, 0);
      text(this.waiting, this.options.paused ? `paused, ${inBytes(size)} waiting` : '');
    });
  }

  #flush() {
    const old = this.transcript.from(this.#shown).slice(0, Math.max(0, this.#news - Math.max(this.#shown, this.transcript.dropped)));
    if (old.length) this.#screen.write(this.lines.bytes(old), false);
    const news = this.transcript.from(Math.max(this.#shown, this.#news));
    if (news.length) this.#screen.write(this.lines.bytes(news), true);
    this.#shown = this.transcript.end;
  }

  // From here on: what the feed says (see follows.js).
  output(record) {
    this.transcript.add(record);
    if (!this.live) this.#news = this.transcript.end;
    this.#draw();
  }

  following() {
    this.live = true;
    this.element.dataset.following = 'true';
  }

  lost(bytes) { this.#note(bytes === null ? 'some output is missing here' : `${inBytes(bytes)} are missing here`); }
  refused(error) { this.#note(`no console: ${error}`); }
  stopped() { this.live = false; }

  restarted() {
    this.live = false;
    this.transcript.clear();
    this.#redraw();
  }

  #note(words) {
    this.output({ time: new Date().toISOString(), direction: 'INFO', bytes: new TextEncoder().encode(words) });
  }

  find(words, backwards) { return this.#screen?.find(words, backwards) ?? false; }
  toEnd() { this.#screen?.toEnd(); }

  download() {
    save(`${this.slot} ${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.txt`, this.transcript.received());
  }

  close() {
    ++this.#opening;
    this.unfollow();
    this.pen.close();
    this.#screen?.close();
    cancelAnimationFrame(this.#frame);
  }
}
