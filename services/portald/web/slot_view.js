// One slot: #/slot/ID, with its tabs and, beside them, what it is.

import { boardMenu, start } from './actions.js';
import { copyItems, slotHash } from './card.js';
import { Console } from './console.js';
import { copy } from './dialogs.js';
import { button, link, make, needs, text } from './dom.js';
import { menuButton } from './menu.js';
import { SlotFacts } from './slot_facts.js';
import { urlOf } from './snippets.js';
import * as words from './words.js';

const logs = needed => needs('logs.css').then(() => needed);

const tabs = {
  console: { name: 'Console', make: async (page, slot) => new Console(page, slot) },
  log: { name: 'Log', make: async (page, slot) => new (await logs(import('./log_tab.js'))).LogTab(page, slot) },
  boots: { name: 'Boots and crashes', make: async (page, slot) => new (await logs(import('./boots_tab.js'))).BootsTab(page, slot) },
  settings: { name: 'Settings', make: async (page, slot) => new (await import('./settings_tab.js')).SettingsTab(page, slot) },
};

export class View {
  made = new Map(); // tab → its pane
  turn = 0;

  constructor(page, route) {
    this.page = page;
    this.id = route.id;
    this.element = make('div', 'slot-view', make('p', 'nothing', `Looking for ${route.id}…`));
    this.moves(route);
  }

  get entry() { return this.page.model.byId(this.id); }
  get title() { return this.entry?.label ?? this.id; }

  // Takes another address of the same slot.
  moves(route) {
    if (route.view !== 'slot' || route.id !== this.id) return false;
    this.tab = route.tab in tabs ? route.tab : 'console';
    this.query = route.query;
    if (this.head) this.openTab();
    return true;
  }

  build() {
    this.name = make('h2', 'label');
    this.word = make('span', 'word');
    this.who = make('span', 'soft');
    this.port = button('', () => copy(urlOf(this.entry, location.hostname)), 'port');
    this.start = button('Start', () => start(this.entry));
    this.board = menuButton('Reset', () => boardMenu(this.entry));
    this.copies = menuButton('Copy', () => copyItems(this.entry, this.page.model.host.ip));
    this.head = make('div', 'slot-head', link('#/', 'back', '‹ All slots'), this.name, this.word, this.who,
      make('span', 'grow'), this.port, this.start, this.board, this.copies);
    this.tabs = make('nav', 'tabs', ...Object.entries(tabs).map(([tab, { name }]) => {
      const one = link(slotHash(this.entry, tab === 'console' ? '' : tab), '', name);
      one.dataset.tab = tab;
      return one;
    }));
    this.tabs.setAttribute('aria-label', 'Parts of this slot');
    this.why = make('p', 'why');
    this.facts = new SlotFacts(() => this.entry, () => this.made.get('console')?.pen, this.page.model);
    this.panes = make('div', 'panes');
    this.element.replaceChildren(this.head, this.tabs, this.why,
      make('div', 'columns', this.panes, this.facts.element));
    this.openTab();
  }

  async openTab() {
    const { tab, query } = this;
    const turn = ++this.turn;
    for (const one of this.tabs.children) {
      if (one.dataset.tab === tab) one.setAttribute('aria-current', 'page');
      else one.removeAttribute('aria-current');
    }
    if (!this.made.has(tab)) {
      const pane = await tabs[tab].make(this.page, this.entry.slot);
      if (turn !== this.turn || this.closed) {
        pane.close();
        return;
      }
      this.made.set(tab, pane);
      this.panes.append(pane.element);
    }
    for (const [name, pane] of this.made) pane.element.hidden = name !== tab;
    this.made.get(tab).goes?.(query);
    this.page.draw();
  }

  render() {
    const { entry, page } = this;
    if (!entry) {
      if (!this.head) this.element.replaceChildren(make('p', 'nothing', `There is no slot ${this.id}. `, link('#/', '', 'All slots')));
      else text(this.why, 'This slot is no longer in slots.json.');
      return;
    }
    if (!this.head) this.build();
    const kind = `slot-view ${words.stateKind(entry.state)}`;
    if (this.element.className !== kind) this.element.className = kind;
    text(this.name, entry.label);
    text(this.word, words.stateWord(entry.state));
    text(this.who, this.whoIs(entry));
    text(this.port, `:${entry.tcp_port}`, 'Copy the URL');
    this.port.setAttribute('aria-label', `Port ${entry.tcp_port}: copy the URL`);
    this.start.hidden = !['stopped', 'error', 'flapping'].includes(entry.state);
    this.board.hidden = !entry.running;
    text(this.why, entry.reason || (page.model.lost ? 'What is shown is as it was last known.' : ''));
    this.facts.render();
    this.made.forEach(pane => { if (!pane.element.hidden) pane.render?.(); });
  }

  whoIs({ client, observers }) {
    return [client && words.personOf(client.address), observers && `${observers} reading along`].filter(Boolean).join(' + ');
  }

  focusConsole() {
    if (this.tab === 'console') this.made.get('console')?.focus();
  }

  tick() {
    if (!this.head || !this.entry) return;
    this.facts.render();
    this.made.forEach(pane => pane.tick?.());
  }

  close() {
    this.closed = true;
    this.made.forEach(pane => pane.close());
  }
}
