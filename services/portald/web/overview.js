// All slots as cards.

import { Card } from './card.js';
import { at } from './dom.js';
import { NewBoard } from './new_board.js';

const list = at('slots');

export class Overview {
  element = at('overview');
  cards = new Map(); // slot_key → Card or NewBoard

  constructor(model) { this.model = model; }

  get title() { return ''; }

  render(dirty) {
    const { entries, lost } = this.model;
    for (const key of dirty) this.renderCard(key);
    this.order();
    at('empty').hidden = entries.size > 0;
    list.hidden = entries.size === 0;
    list.removeAttribute('aria-busy');
    list.classList.toggle('stale', Boolean(lost));
  }

  renderCard(key) {
    const entry = this.model.entries.get(key);
    const wanted = entry && (entry.tcp_port ? Card : NewBoard);
    const card = this.cards.get(key);
    if (card && !(wanted && card instanceof wanted)) {
      card.element.remove();
      this.cards.delete(key);
    }
    if (!entry) return;
    if (!this.cards.has(key)) this.cards.set(key, new wanted(this.model));
    this.cards.get(key).show(entry);
  }

  // Moves only what is not in its place.
  order() {
    list.querySelectorAll('.skeleton').forEach(element => element.remove());
    this.model.order().forEach((entry, i) => {
      const { element } = this.cards.get(entry.slot_key);
      if (list.children[i] !== element) list.insertBefore(element, list.children[i] ?? null);
    });
  }

  tick() { this.cards.forEach(card => card.tick()); }
  close() {}
}
