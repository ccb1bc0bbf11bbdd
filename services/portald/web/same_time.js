// The wall scrolled together: one console is moved by hand, the others show the same time. By the times at the
// beginning of the rows, as they are shown, so it needs no other bookkeeping than the screens' own.

import { clock } from './transcript.js';

const stamp = /^\d\d:\d\d:\d\d\.\d{3}/;
const moves = ['wheel', 'keyup', 'pointerup', 'pointermove', 'touchmove'];

// Rows have no date: what is later than now is yesterday's, and sorts before today's.
const ordered = time => time && (time > clock(Date.now()) ? '-' : '0') + time;

// The time of a row, or of the next one above it that has one.
function timeOf(screen, row) {
  for (let at = row; at >= 0; --at) {
    const [time] = stamp.exec(screen.row(at)) ?? [];
    if (time) return time;
  }
  return '';
}

// The last row that is not later than "12:34:56.789".
export function rowAt(screen, time) {
  const wanted = ordered(time);
  let [low, high] = [0, screen.rows - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (ordered(timeOf(screen, middle)) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}

function align(moved, others) {
  if (moved.atEnd) {
    others.forEach(screen => screen.toEnd());
    return;
  }
  const time = timeOf(moved, moved.top);
  if (time) others.forEach(screen => screen.scrollTo(rowAt(screen, time)));
}

// consoles(): those that are on the wall now
export function scrollTogether(console, consoles) {
  let frame = 0;
  let last = null;
  const look = () => {
    frame = 0;
    const { screen } = console;
    if (!screen || screen.top === last) return;
    last = screen.top;
    align(screen, consoles().filter(one => one !== console).map(one => one.screen).filter(Boolean));
  };
  const soon = () => { frame ||= requestAnimationFrame(() => { frame = requestAnimationFrame(look); }); };
  moves.forEach(move => console.host.addEventListener(move, soon, { passive: true, capture: true }));
}
