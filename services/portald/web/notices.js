// The health line, and what does not work meanwhile.

import { at, make, text } from './dom.js';
import * as words from './words.js';

function notice(kind, ...parts) {
  const element = make('p', `notice ${kind}`, ...parts);
  element.setAttribute('role', 'status');
  return element;
}

// Shows how long it still is, every second anew; who listens would hear nothing else.
function countdown() {
  const element = make('span', 'countdown');
  element.setAttribute('aria-hidden', 'true');
  return element;
}

const code = command => make('code', '', command);

function notices({ lost, complete, daemons }) {
  if (lost?.why) return [notice('', `The portal refused the connection: ${lost.why}; trying again `, countdown(), '.')];
  if (lost) {
    return [notice('waiting', 'The portal does not answer; trying again ', countdown(), '. On the Pi: ',
      code('journalctl -u rfc2217-portal'))];
  }
  if (!complete) return [];
  return [...daemons].filter(([, daemon]) => !daemon.up).map(([name, daemon]) =>
    notice('', `${daemon.unit} does not answer: ${words.without[name]}. On the Pi: `,
      code(`journalctl -u ${daemon.unit}`)));
}

function dot(lost, [name, { unit, up }]) {
  const state = lost ? '' : up ? 'up' : 'down';
  const item = make('li', state, words.shortName[name] ?? name);
  if (state === 'down') item.append(' down');
  else item.append(make('span', 'visually-hidden', ` ${state || 'not known'}`));
  item.title = `${unit}: ${state || 'not known'}`;
  return item;
}

let noticed = '';
let dotted = '';

export function renderNotices(model) {
  const dots = JSON.stringify([model.lost !== null, ...model.daemons]);
  if (dots !== dotted) {
    dotted = dots;
    at('daemons').replaceChildren(...[...model.daemons].map(daemon => dot(model.lost, daemon)));
  }
  const now = notices(model);
  const told = now.map(element => element.textContent).join('\n');
  if (told !== noticed) at('notices').replaceChildren(...now);
  noticed = told;
  const left = at('notices').querySelector('.countdown');
  if (left) text(left, words.until(new Date(model.lost.next).toISOString()));
}
