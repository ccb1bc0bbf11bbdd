// The rate of a slot, as a line and a number.

import { make, text } from './dom.js';
import { bytesPerSecond } from './words.js';

const svg = 'http://www.w3.org/2000/svg';

export class Sparkline {
  constructor() {
    this.path = document.createElementNS(svg, 'path');
    const drawing = document.createElementNS(svg, 'svg');
    drawing.setAttribute('viewBox', '0 0 100 16');
    drawing.setAttribute('preserveAspectRatio', 'none');
    drawing.setAttribute('aria-hidden', 'true');
    drawing.append(this.path);
    this.rate = make('span', 'soft mono');
    this.element = make('span', 'rates', drawing, this.rate);
  }

  show(entry, rates) {
    const history = rates.of(entry.slot);
    this.element.hidden = !entry.running || history.length === 0;
    if (this.element.hidden) return;
    this.path.setAttribute('d', rates.path(entry.slot));
    text(this.rate, bytesPerSecond(history.at(-1)), 'both directions');
  }
}
