// What the page says and asks: the toast, a question, the clipboard.

import { at, button, make } from './dom.js';

const toast = at('toast');
let hide = 0;

const inUse = () => toast.matches(':hover, :focus-within');

function hideAfter(time) {
  clearTimeout(hide);
  hide = setTimeout(() => {
    if (inUse()) hideAfter(1000);
    else toast.classList.remove('shown');
  }, time);
}

// undo: {label, action}, offered for as long as the toast is there: who reads it, or is on its button, keeps it.
export function say(words, kind = '', undo = null) {
  toast.replaceChildren(make('span', '', words));
  if (undo) toast.append(' ', button(undo.label ?? 'Undo', () => { toast.className = ''; undo.action(); }));
  toast.className = `shown ${kind}`;
  hideAfter(undo ? 30000 : kind === 'bad' ? 8000 : 3000);
}

export function bad(words) { say(words, 'bad'); }

export function confirmed(question, yes) {
  const dialog = at('ask');
  if (dialog.open) return Promise.resolve(false);
  at('ask-text').textContent = question;
  at('ask-yes').textContent = yes;
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise(resolve => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}

// what: how it is called in the toast, when it is too long to be shown itself
export async function copy(value, what = '') {
  try {
    if (!copiedBySelection(value)) await navigator.clipboard.writeText(value);
    say(`Copied ${what || value}`);
  } catch {
    bad(`Could not copy: ${value}`);
  }
}

// First, since navigator.clipboard exists with https and on localhost only, and may wait for a permission for ever;
// but not where a dialog is open, which lets nothing outside of it be selected.
function copiedBySelection(value) {
  const area = document.createElement('textarea');
  area.value = value;
  area.className = 'visually-hidden';
  const before = document.activeElement;
  document.body.append(area);
  area.select();
  const done = document.activeElement === area && document.execCommand('copy');
  area.remove();
  before?.focus();
  return done;
}
