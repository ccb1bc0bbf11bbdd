// Consoles side by side: #/wall?slots=A,B; without slots, all that run.

import { Console } from './console.js';
import { slotHash } from './card.js';
import { link, make, text, toggle } from './dom.js';
import { scrollTogether } from './same_time.js';
import { stateKind, stateWord } from './words.js';

const most = 8;

export class View {
  title = 'Wall';
  panes = new Map(); // slot → {console, element, word}

  constructor(page, route) {
    this.page = page;
    this.choice = make('div', 'bar choice');
    this.choice.setAttribute('role', 'group');
    this.choice.setAttribute('aria-label', 'Slots on the wall');
    this.grid = make('div', 'wall');
    this.empty = make('p', 'nothing', 'No board runs. Choose slots above, or plug one in.');
    this.element = make('div', 'wall-view', make('div', 'slot-head', link('#/', 'back', '‹ All slots'),
      make('h2', 'label', 'Wall'), this.choice), this.grid, this.empty);
    this.moves(route);
  }

  moves(route) {
    if (route.view !== 'wall') return false;
    this.named = route.query.get('slots');
    return true;
  }

  wanted() {
    const { model } = this.page;
    if (this.named === null) return model.slots().filter(slot => slot.running).slice(0, most);
    return this.named.split(',').map(id => model.byId(id)).filter(Boolean).slice(0, most);
  }

  render() {
    const wanted = this.wanted();
    const ids = new Set(wanted.map(entry => entry.slot));
    for (const [slot, pane] of this.panes) {
      if (ids.has(slot)) continue;
      pane.console.close();
      pane.element.remove();
      this.panes.delete(slot);
    }
    wanted.forEach(entry => this.pane(entry));
    this.chooser(ids);
    this.empty.hidden = wanted.length > 0;
  }

  pane(entry) {
    if (!this.panes.has(entry.slot)) {
      const made = new Console(this.page, entry.slot, true); // times, so that consoles can be compared
      const word = make('span', 'word');
      const element = make('div', 'pane', make('div', 'pane-head',
        make('h3', '', link(slotHash(entry), '', entry.label)), word), made.element);
      this.panes.set(entry.slot, { console: made, element, word });
      scrollTogether(made, () => [...this.panes.values()].map(pane => pane.console));
      this.grid.append(element);
    }
    const pane = this.panes.get(entry.slot);
    text(pane.word, stateWord(entry.state));
    pane.element.className = `pane ${stateKind(entry.state)}`;
    pane.console.render();
  }

  chooser(ids) {
    const slots = this.page.model.slots();
    const told = slots.map(entry => entry.label + ids.has(entry.slot)).join('\n');
    if (told === this.told) return;
    this.told = told;
    this.choice.replaceChildren(...slots.map(entry => toggle(entry.label, ids.has(entry.slot), on => {
      const chosen = new Set(this.wanted().map(one => one.slot));
      if (on) chosen.add(entry.slot);
      else chosen.delete(entry.slot);
      location.hash = `#/wall?slots=${[...chosen].map(encodeURIComponent).join(',')}`;
    })));
  }

  tick() {}
  close() { this.panes.forEach(pane => pane.console.close()); }
}
