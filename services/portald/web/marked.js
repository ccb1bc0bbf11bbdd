// Text with what was looked for marked in it.

import { make } from './dom.js';

// The pattern is RE2's; where a browser understands it otherwise, or not at all, nothing is marked.
export function finder(pattern, ignoreCase) {
  try { return new RegExp(pattern, ignoreCase ? 'gi' : 'g'); } catch { return null; }
}

export function marked(text, expression) {
  const parts = [];
  let at = 0;
  for (const found of expression ? text.matchAll(expression) : []) {
    if (!found[0]) continue;
    parts.push(text.slice(at, found.index), make('mark', '', found[0]));
    at = found.index + found[0].length;
  }
  return [...parts, text.slice(at)];
}

// A line as it is in the file: "[time] [RX] text".
export function logLine(raw, expression = null) {
  const [, time, direction, rest] = /^\[([^\]]*)\] \[(RX|TX|INFO)\] ?(.*)$/s.exec(raw) ?? [null, '', '', raw];
  const kind = direction ? `row ${direction.toLowerCase()}` : 'row';
  return make('div', kind, make('span', 'when', time.slice(11)), make('span', 'what', ...marked(rest, expression)));
}
