// One menu for the whole page, filled when it is opened.

import { at, button, make } from './dom.js';

const menu = at('menu');
let opener = null;

// items(): [{label, note, action, danger}], asked for at each opening
export function menuButton(label, items) {
  const element = button(label, () => (opener === element ? menu.hidePopover() : open(element, items())));
  element.setAttribute('aria-haspopup', 'menu');
  element.setAttribute('aria-expanded', 'false');
  element.append(make('span', 'arrow', ' ▾'));
  element.lastChild.setAttribute('aria-hidden', 'true');
  // A press beside the menu closes it before the click comes; the click must not open it again.
  element.addEventListener('pointerdown', event => { if (opener === element) event.preventDefault(); });
  return element;
}

function open(element, items) {
  menu.replaceChildren(...items.map(item));
  menu.setAttribute('aria-label', element.getAttribute('aria-label') ?? element.textContent);
  menu.showPopover();
  opener = element;
  element.setAttribute('aria-expanded', 'true');
  const from = element.getBoundingClientRect();
  const room = document.documentElement;
  const left = Math.min(from.left, room.clientWidth - menu.offsetWidth - 8);
  const below = from.bottom + 4;
  const fits = below + menu.offsetHeight < room.clientHeight - 8;
  menu.style.left = `${Math.max(8, left)}px`;
  menu.style.top = `${fits ? below : Math.max(8, from.top - menu.offsetHeight - 4)}px`;
  menu.firstElementChild?.focus();
}

function item({ label, note, action, danger }) {
  const element = button(label, () => { close(); action(); }, danger ? 'danger-text' : '');
  element.setAttribute('role', 'menuitem');
  if (note) element.append(make('span', 'note', note));
  return element;
}

function close() {
  const back = opener;
  menu.hidePopover();
  back?.focus();
}

menu.addEventListener('toggle', event => {
  if (event.newState === 'open') return;
  opener?.setAttribute('aria-expanded', 'false');
  if (menu.contains(document.activeElement)) opener?.focus();
  opener = null;
});

menu.addEventListener('keydown', event => {
  const items = [...menu.children];
  const now = items.indexOf(document.activeElement);
  const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 }[event.key];
  if (event.key === 'Tab') close();
  if (event.key === 'Escape') { event.stopPropagation(); close(); }
  if (to === undefined) return;
  event.preventDefault();
  items.at(to % items.length)?.focus();
});
