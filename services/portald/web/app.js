// The page: the feed's messages into the model, the view of the address, drawn once a frame.

import { Follows } from './follows.js';
import { at, needs } from './dom.js';
import { follow } from './feed.js';
import { listenToKeys } from './keys.js';
import { Model } from './model.js';
import { renderNotices } from './notices.js';
import { Overview } from './overview.js';
import { routeOf } from './route.js';
import { stateWord } from './words.js';

const model = new Model(announce);
const follows = new Follows(message => send(message));
const overview = new Overview(model);
const page = { model, follows, draw };
let view = overview;
let frame = 0;
let turns = 0;

function draw() {
  if (!frame) frame = requestAnimationFrame(() => { frame = 0; render(); });
}

// For those who hear the page: what changed, never what was there before.
function announce(before, entry) {
  if (before?.state === entry.state || document.hidden) return;
  at('news').textContent = `${entry.label ?? 'New board'}: ${stateWord(entry.state)}`;
}

function render() {
  renderNotices(model);
  const { name, version } = model.host;
  at('host').textContent = name;
  at('version').textContent = version;
  if (!model.complete) return;
  document.title = [view.title, name, 'rfc2217'].filter(Boolean).join(' · ');
  const dirty = new Set(model.dirty);
  model.dirty.clear();
  overview.render(dirty); // kept up while another view is shown: going back is at once
  if (view !== overview) view.render(dirty);
  const slots = model.order();
  const running = slots.filter(entry => entry.running).length;
  const used = slots.filter(entry => entry.client).length;
  at('summary').textContent = slots.length ? `${running} running · ${used} in use` : '';
}

const modules = {
  slot: () => import('./slot_view.js'),
  wall: () => import('./wall_view.js'),
  search: () => needs('logs.css').then(() => import('./search_view.js')),
};

// The same view takes the new address where it can; else it is closed and another one opened.
async function go() {
  const turn = ++turns;
  const route = routeOf(location.hash);
  if (view.moves?.(route)) {
    draw();
    return;
  }
  let next = overview;
  if (modules[route.view]) {
    const { View } = await modules[route.view]();
    if (turn !== turns) return;
    next = new View(page, route);
  }
  view.close();
  view = next;
  overview.element.hidden = view !== overview;
  at('view').replaceChildren(...(view === overview ? [] : [view.element]));
  scrollTo(0, 0);
  at('main').focus({ preventScroll: true });
  view.opened?.();
  draw();
}

const send = follow({
  message(message) {
    if (message.type === 'begin') follows.again();
    if (follows.take(message)) return; // bytes of a console draw for themselves
    model.take(message);
    draw();
  },
  lost(why, next) {
    model.lost = { why, next };
    follows.stopped();
    draw();
  },
});

addEventListener('hashchange', go);
at('find').addEventListener('submit', event => {
  event.preventDefault();
  location.hash = `#/search?q=${encodeURIComponent(at('find-text').value)}`;
});
listenToKeys(model, () => view);
if (location.hash.length > 2) go();

// A background tab costs nothing: no frames come there, and this does not run.
setInterval(() => {
  if (document.hidden) return;
  view.tick();
  if (model.lost) draw();
}, 1000);
