// What stands below a console's screen: the line to write, and the tools.

import { button, input, make, select, text, toggle } from './dom.js';

const longestHistory = 100;

export class ConsoleTools {
  #history = [];
  #place = 0;

  constructor(owner) {
    this.console = owner;
    const { options } = owner;
    this.input = input('text', { className: 'mono', autocomplete: 'off', spellcheck: false, maxLength: 8192 });
    this.input.setAttribute('aria-label', `Line for ${owner.entry.label}`);
    this.input.setAttribute('autocapitalize', 'off');
    this.input.addEventListener('keydown', event => this.#key(event));
    this.ending = select([['\r\n', 'CR LF'], ['\n', 'LF'], ['\r', 'CR'], ['', 'nothing']], options.ending,
      value => owner.set('ending', value));
    this.ending.setAttribute('aria-label', 'What ends a line');
    this.send = make('button', 'primary', 'Send');
    this.line = make('form', 'line-form', this.input, this.ending, this.send);
    this.line.addEventListener('submit', event => { event.preventDefault(); this.#submit(); });
    this.element = make('div', 'bar tools', ...this.#tools(owner, options));
  }

  #tools(owner, options) {
    const mode = select([['line', 'Line by line'], ['keys', 'Each key']], options.mode, value => {
      owner.set('mode', value);
      if (owner.pen.mine) owner.focus();
    });
    mode.setAttribute('aria-label', 'What is sent');
    this.find = input('search', { placeholder: 'Find here', maxLength: 200, className: 'find' });
    this.find.setAttribute('aria-label', 'Find in this console');
    this.find.addEventListener('keydown', event => {
      if (event.key === 'Enter') this.#find(!event.shiftKey);
    });
    this.found = make('span', 'soft');
    this.found.setAttribute('role', 'status');
    return [
      mode,
      toggle('Times', options.stamps, value => owner.set('stamps', value)),
      toggle('Sent too', options.sent, value => owner.set('sent', value)),
      toggle('Pause', options.paused, value => owner.set('paused', value)),
      toggle('Plain', options.plain, value => owner.set('plain', value)),
      button('To the end', () => owner.toEnd()),
      button('Download', () => owner.download()),
      make('span', 'grow'), this.found, this.find,
    ];
  }

  render(mine) {
    const { mode } = this.console.options;
    this.line.hidden = mode !== 'line';
    for (const element of [this.input, this.send]) element.disabled = !mine;
    this.input.placeholder = mine ? 'Type a line, Enter sends it' : 'Take the pen to write';
  }

  #submit() {
    const { value } = this.input;
    this.console.pen.write(value + this.console.options.ending);
    if (value && this.#history.at(-1) !== value) this.#history = [...this.#history, value].slice(-longestHistory);
    this.#place = this.#history.length;
    this.input.value = '';
  }

  #key(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.#place = Math.min(Math.max(0, this.#place + step), this.#history.length);
    this.input.value = this.#history[this.#place] ?? '';
  }

  #find(backwards) {
    const words = this.find.value;
    text(this.found, words && !this.console.find(words, backwards) ? 'not found' : '');
  }
}
