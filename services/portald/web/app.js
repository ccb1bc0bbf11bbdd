// The page: the feed's messages into cards, drawn once a frame.

import { Card } from './card.js';
import { follow } from './feed.js';
import { Rates } from './rates.js';
import * as words from './words.js';

const list = document.getElementById('slots');
const at = id => document.getElementById(id);

const entries = new Map(); // slot_key → entry as in /api/devices
const lines = new Map(); // slot → its last log line
const daemons = new Map(); // name → {unit, up}
const cards = new Map(); // slot_key → Card
const rates = new Rates();
const dirty = new Set(); // slot_keys to draw

let complete = false; // all that there was at connecting has come
let seen = null; // slot_keys since "begin"
let lost = null; // {why, next} while there is no connection
let frame = 0;

function draw() {
  if (!frame) frame = requestAnimationFrame(() => { frame = 0; render(); });
}

const takes = {
  begin(message) {
    seen = new Set();
    lost = null;
    at('host').textContent = message.hostname;
    at('version').textContent = message.version;
    document.title = `${message.hostname} · rfc2217`;
  },
  slot({ entry }) {
    announce(entries.get(entry.slot_key), entry);
    entries.set(entry.slot_key, entry);
    seen?.add(entry.slot_key);
    dirty.add(entry.slot_key);
  },
  gone({ slot_key: key }) {
    entries.delete(key);
    dirty.add(key);
  },
  daemon({ daemon, unit, up }) { daemons.set(daemon, { unit, up }); },
  line(message) {
    lines.set(message.slot, message);
    drawSlot(message.slot);
  },
  counters({ slots }) {
    rates.take(slots, performance.now());
    Object.keys(slots).forEach(drawSlot);
  },
  end() {
    for (const key of entries.keys()) {
      if (!seen.has(key)) takes.gone({ slot_key: key }); // went while we were not connected
    }
    seen = null;
    complete = true;
  },
};

function drawSlot(slot) {
  for (const [key, entry] of entries) if (entry.slot === slot) dirty.add(key);
}

// For those who hear the page: what changed, never what was there before.
function announce(before, entry) {
  if (!complete || before?.state === entry.state) return;
  at('news').textContent = `${entry.label ?? 'New board'}: ${words.stateWord(entry.state)}`;
}

function render() {
  renderTop();
  if (!complete) return;
  for (const key of dirty) renderCard(key);
  dirty.clear();
  renderOrder();
  at('empty').hidden = entries.size > 0;
  list.hidden = entries.size === 0;
  list.removeAttribute('aria-busy');
  list.classList.toggle('stale', Boolean(lost));
}

function renderCard(key) {
  const entry = entries.get(key);
  if (!entry) {
    cards.get(key)?.element.remove();
    cards.delete(key);
    return;
  }
  if (!cards.has(key)) cards.set(key, new Card());
  cards.get(key).show(entry, lines.get(entry.slot), rates);
}

// By port; boards without one at the end. Moves only what is not in its place.
function renderOrder() {
  list.querySelectorAll('.skeleton').forEach(element => element.remove());
  const order = [...entries.values()].sort((a, b) =>
    (a.tcp_port ?? 1e6) - (b.tcp_port ?? 1e6) || a.slot_key.localeCompare(b.slot_key));
  order.forEach((entry, i) => {
    const { element } = cards.get(entry.slot_key);
    if (list.children[i] !== element) list.insertBefore(element, list.children[i] ?? null);
  });
  const running = order.filter(entry => entry.running).length;
  const used = order.filter(entry => entry.client).length;
  at('summary').textContent = entries.size ? `${running} running · ${used} in use` : '';
}

function notice(kind, ...parts) {
  const element = document.createElement('p');
  element.className = `notice ${kind}`;
  element.setAttribute('role', 'status');
  element.append(...parts);
  return element;
}

function code(command) {
  const element = document.createElement('code');
  element.textContent = command;
  return element;
}

function notices() {
  if (lost) {
    const next = `trying again ${words.until(new Date(lost.next).toISOString())}.`;
    if (lost.why) return [notice('', `The portal refused the connection: ${lost.why}; ${next}`)];
    return [notice('waiting', `The portal does not answer; ${next} On the Pi: `,
      code('journalctl -u rfc2217-portal'))];
  }
  if (!complete) return [];
  return [...daemons].filter(([, daemon]) => !daemon.up).map(([name, daemon]) =>
    notice('', `${daemon.unit} does not answer: ${words.without[name]}. On the Pi: `,
      code(`journalctl -u ${daemon.unit}`)));
}

let noticed = '';
let dotted = '';

function renderTop() {
  const dots = JSON.stringify([lost !== null, ...daemons]);
  if (dots !== dotted) {
    dotted = dots;
    at('daemons').replaceChildren(...[...daemons].map(([name, { unit, up }]) => {
      const item = document.createElement('li');
      const state = lost ? '' : up ? 'up' : 'down';
      item.className = state;
      item.textContent = words.shortName[name] ?? name;
      if (state === 'down') item.append(' down');
      item.title = `${unit}: ${state || 'not known'}`;
      return item;
    }));
  }
  const now = notices();
  const told = now.map(element => element.textContent).join('\n');
  if (told === noticed) return;
  noticed = told;
  at('notices').replaceChildren(...now);
}

follow({
  message(message) {
    takes[message.type]?.(message);
    draw();
  },
  lost(why, next) {
    lost = { why, next };
    draw();
  },
});

// A background tab costs nothing: no frames come there, and this does not run.
setInterval(() => {
  if (document.hidden) return;
  cards.forEach(card => card.tick());
  if (lost) draw();
}, 1000);
