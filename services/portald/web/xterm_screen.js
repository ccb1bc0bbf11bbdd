// A console drawn by xterm.js, which is loaded with the first one.

import { Terminal } from './vendor/xterm.js';

const styles = document.createElement('link');
styles.rel = 'stylesheet';
styles.href = new URL('vendor/xterm.css', import.meta.url).href;
document.head.append(styles);

const dark = matchMedia('(prefers-color-scheme: dark)');
// Without the bar: it is beside the text, not on it.
const scrollbar = 14;

function theme() {
  const styleOf = getComputedStyle(document.documentElement);
  const colour = name => styleOf.getPropertyValue(`--${name}`).trim();
  return {
    background: colour('well'), foreground: colour('text'), cursor: colour('accent'),
    cursorAccent: colour('well'), selectionBackground: colour('select'),
    scrollbarSliderBackground: colour('line'), scrollbarSliderHoverBackground: colour('calm'),
    scrollbarSliderActiveBackground: colour('calm'),
  };
}

// The terminal's own to what the board asks it, or a key that writes more than a letter.
function isAnswer(text) {
  return text.startsWith('\x1b') && !text.startsWith('\x1b[200~'); // that is pasted
}

export class XtermScreen {
  #quiet = 0; // writes that are no news: what a board asked then was answered then
  #key = ''; // pressed just now: told before its data, and the terminal's own answers are not

  // typed(text): keys, and the terminal's own answers to what the board asks it
  constructor(host, label, typed) {
    this.host = host;
    this.terminal = new Terminal({
      convertEol: true, scrollback: 10000, minimumContrastRatio: 4.5, fontSize: 13, lineHeight: 1.2,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
      theme: theme(), cursorBlink: false, cursorInactiveStyle: 'none', logLevel: 'off',
      linkHandler: { activate() {}, allowNonHttpProtocols: false }, // a board's link leads nowhere
    });
    host.replaceChildren();
    this.terminal.open(host);
    this.terminal.textarea.setAttribute('aria-label', label);
    this.terminal.onKey(({ key }) => { this.#key = key; });
    this.terminal.onData(text => {
      if (this.#quiet === 0 || text === this.#key || !isAnswer(text)) typed(text);
      this.#key = '';
    });
    this.terminal.attachCustomKeyEventHandler(event => this.#isForUs(event));
    this.recolour = () => { this.terminal.options.theme = theme(); };
    dark.addEventListener('change', this.recolour);
    this.sizes = new ResizeObserver(() => requestAnimationFrame(() => this.fit()));
    this.sizes.observe(host);
  }

  // The way out by keys: telnet's.
  #isForUs(event) {
    if (event.type !== 'keydown' || !event.ctrlKey || event.key !== ']') return true;
    this.left?.();
    event.preventDefault();
    return false;
  }

  fit() {
    const screen = this.terminal.element?.querySelector('.xterm-screen');
    if (!screen || !this.host.clientWidth || !screen.offsetWidth) return;
    const width = screen.offsetWidth / this.terminal.cols;
    const height = screen.offsetHeight / this.terminal.rows;
    const columns = Math.floor((this.host.clientWidth - scrollbar) / width);
    const rows = Math.floor(this.host.clientHeight / height);
    if (columns === this.terminal.cols && rows === this.terminal.rows) return;
    if (columns > 1 && rows > 1) this.terminal.resize(columns, rows);
  }

  write(bytes, news) {
    if (news) {
      this.terminal.write(bytes);
      return;
    }
    ++this.#quiet;
    this.terminal.write(bytes, () => { --this.#quiet; });
  }

  reset() { this.terminal.reset(); }

  // The next line above (or below) what is selected; from the end, when nothing is.
  find(words, backwards) {
    const buffer = this.terminal.buffer.active;
    const from = this.terminal.getSelectionPosition()?.start.y ?? (backwards ? buffer.length : -1);
    const step = backwards ? -1 : 1;
    for (let i = 1; i <= buffer.length; ++i) {
      const row = (from + step * i + 2 * buffer.length) % buffer.length;
      const line = buffer.getLine(row)?.translateToString(true) ?? '';
      const column = line.toLowerCase().indexOf(words.toLowerCase());
      if (column < 0) continue;
      this.terminal.select(column, row, words.length);
      this.terminal.scrollToLine(Math.max(0, row - Math.floor(this.terminal.rows / 2)));
      return true;
    }
    this.terminal.clearSelection();
    return false;
  }

  // Rows, from the oldest; see same_time.js.
  get rows() { return this.terminal.buffer.active.length; }
  get top() { return this.terminal.buffer.active.viewportY; }
  get atEnd() { return this.top >= this.terminal.buffer.active.baseY; }
  row(at) { return this.terminal.buffer.active.getLine(at)?.translateToString(true) ?? ''; }
  scrollTo(row) { this.terminal.scrollToLine(row); }

  focus() { this.terminal.focus(); }
  toEnd() { this.terminal.scrollToBottom(); }

  close() {
    this.sizes.disconnect();
    dark.removeEventListener('change', this.recolour);
    this.terminal.dispose();
  }
}
