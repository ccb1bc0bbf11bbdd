// A crash stays until it is looked at: which one of each slot was, is kept in this browser.

import { kept } from './dom.js';

export function newest(entry) { return entry.log?.last_crash ?? ''; }

// The times that loggerd tells are all in one form, so that they compare as text.
export function unseen(entry) {
  return newest(entry) > kept.get(`seen.${entry.slot}`, '');
}

export function look(entry) {
  if (unseen(entry)) kept.set(`seen.${entry.slot}`, newest(entry));
}
