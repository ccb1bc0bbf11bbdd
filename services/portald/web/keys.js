// What keys do, anywhere but where one types.

import { resetAsking } from './actions.js';
import { slotHash } from './card.js';
import { at } from './dom.js';

const typing = 'input, textarea, select, [contenteditable], .xterm';

function slotAt(model, view) {
  if (view().entry) return view().entry;
  const card = document.activeElement?.closest?.('.card');
  const label = card?.querySelector('.label a')?.textContent;
  return label === undefined ? null : model.byLabel(label);
}

export function listenToKeys(model, view) {
  const keys = {
    '/': () => { at('find-text').focus(); at('find-text').select(); },
    '?': () => at('help').showModal(),
    c() {
      const entry = slotAt(model, view) ?? model.slots().find(slot => slot.running);
      if (entry) location.hash = slotHash(entry);
      view().focusConsole?.();
    },
    r() {
      const entry = slotAt(model, view);
      if (entry?.running) resetAsking(entry);
    },
    Escape: () => { if (location.hash.length > 2) location.hash = '#/'; },
  };

  addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector('dialog[open], #menu:popover-open')) return; // Escape is theirs
    const field = event.target.closest?.(typing);
    if (field) {
      if (event.key === 'Escape' && !field.matches('.xterm')) field.blur();
      return;
    }
    const number = '123456789'.indexOf(event.key);
    const slot = number < 0 ? undefined : model.slots()[number];
    if (slot) location.hash = slotHash(slot);
    else if (keys[event.key]) keys[event.key]();
    else return;
    event.preventDefault();
  });
  at('help-open').addEventListener('click', () => at('help').showModal());
}
