// A console without xterm.js: lines of text, no colours. Also what a screen reader gets.

import { make } from './dom.js';

const mostLines = 2000;
// CSI, OSC, DCS and single escapes; then every control character but tab and newline.
// eslint-disable-next-line no-control-regex
const escapes = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)|[ -/]*[0-~])/g;
// eslint-disable-next-line no-control-regex
const controls = /[\x00-\x08\x0b-\x1f\x7f]/g;

export const plainText = raw => raw.replace(escapes, '').replace(/\r+\n/g, '\n').replace(controls, '');

export class PlainScreen {
  #decoder = new TextDecoder();
  #last = null; // the line that has no end yet

  constructor(host, label) {
    this.element = make('div', 'plain');
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'log');
    this.element.setAttribute('aria-label', label);
    host.replaceChildren(this.element);
  }

  write(bytes) {
    const follows = this.element.scrollHeight - this.element.scrollTop - this.element.clientHeight < 40;
    const [first, ...rest] = plainText(this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#last ??= this.#line('');
    this.#last.textContent += first;
    for (const words of rest.slice(-mostLines)) this.#last = this.#line(words);
    while (this.element.childElementCount > mostLines) this.element.firstElementChild.remove();
    if (follows) this.element.scrollTop = this.element.scrollHeight;
  }

  #line(words) {
    const line = make('div', '', words);
    this.element.append(line);
    return line;
  }

  reset() {
    this.element.replaceChildren();
    this.#last = null;
    this.#decoder = new TextDecoder();
  }

  find(words, backwards) {
    const lines = [...this.element.children];
    const now = lines.findIndex(line => line.classList.contains('found'));
    const has = line => line.textContent.toLowerCase().includes(words.toLowerCase());
    const order = backwards
      ? [...lines.slice(0, Math.max(now, 0)).reverse(), ...lines.slice(Math.max(now, 0)).reverse()]
      : [...lines.slice(now + 1), ...lines.slice(0, now + 1)];
    const hit = order.find(has);
    lines[now]?.classList.remove('found');
    hit?.classList.add('found');
    hit?.scrollIntoView({ block: 'center' });
    return Boolean(hit);
  }

  // Rows, from the oldest; see same_time.js.
  get rows() { return this.element.childElementCount; }
  get atEnd() { return this.element.scrollHeight - this.element.scrollTop - this.element.clientHeight < 2; }
  row(at) { return this.element.children[at]?.textContent ?? ''; }

  get top() {
    const { children, scrollTop } = this.element;
    let [low, high] = [0, Math.max(0, children.length - 1)];
    while (low < high) {
      const middle = (low + high) >> 1;
      const line = children[middle];
      if (line.offsetTop - this.element.offsetTop + line.offsetHeight > scrollTop) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  scrollTo(row) {
    const line = this.element.children[row];
    if (line) this.element.scrollTop = line.offsetTop - this.element.offsetTop;
  }

  focus() { this.element.focus(); }
  toEnd() { this.element.scrollTop = this.element.scrollHeight; }
  close() {}
}
