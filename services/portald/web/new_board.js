// A board that no slot is for: name it, done.

import { newSlot } from './actions.js';
import { field, input, make, text } from './dom.js';
import { boardParts } from './words.js';

// The first name and port that are free.
function proposals(model) {
  const slots = model.slots();
  const ports = new Set(slots.map(slot => slot.tcp_port));
  const labels = new Set(slots.map(slot => slot.label));
  let port = Math.max(4000, ...ports) + 1;
  if (port > 65535) for (port = 4001; ports.has(port);) ++port;
  let number = slots.length + 1;
  while (labels.has(`SLOT${number}`)) ++number;
  return { label: `SLOT${number}`, port };
}

export class NewBoard {
  constructor(model) {
    this.model = model;
    this.product = make('h2', 'label');
    this.ids = make('p', 'ids mono soft');
    this.label = input('text', { required: true, maxLength: 100, autocomplete: 'off', spellcheck: false });
    this.port = input('number', { required: true, min: 1, max: 65535, className: 'number' });
    this.submit = make('button', 'primary', 'Assign');
    const form = make('form', 'assign', field('Name', this.label), field('Port', this.port), this.submit);
    form.addEventListener('submit', event => { event.preventDefault(); this.assign(); });
    this.element = make('li', 'card unassigned calm',
      make('p', 'state', make('span', 'word', 'new board')), this.product, this.ids, form);
  }

  show(entry) {
    this.entry = entry;
    const [product = 'New board', ...ids] = entry.device ? boardParts(entry.device) : [];
    text(this.product, product);
    text(this.ids, [...ids, entry.devnode].filter(Boolean).join(' · '), `connector ${entry.slot_key}`);
    if (this.label.value) return; // a person is at it
    const { label, port } = proposals(this.model);
    this.label.value = label;
    this.port.value = port;
  }

  async assign() {
    this.submit.disabled = true;
    await newSlot(this.entry, this.label.value.trim(), Number(this.port.value));
    this.submit.disabled = false;
  }

  tick() {}
}
