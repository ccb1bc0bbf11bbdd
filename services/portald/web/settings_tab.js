// Name, port and profile of a slot, and taking it away.

import { change, remove } from './actions.js';
import { button, field, input, make, select } from './dom.js';

const profiles = ['esp-bridge', 'esp-usb-jtag', 'plain'];

export class SettingsTab {
  constructor({ model }, slot) {
    this.model = model;
    this.slot = slot;
    const { entry } = this;
    this.label = input('text', { value: entry.label, required: true, maxLength: 100, spellcheck: false, autocomplete: 'off' });
    this.port = input('number', { value: entry.tcp_port, required: true, min: 1, max: 65535, className: 'number' });
    const known = profiles.includes(entry.profile) ? profiles : [entry.profile, ...profiles];
    this.profile = select(known.map(name => [name, name]), entry.profile, () => {});
    this.submit = make('button', 'primary', 'Save');
    const form = make('form', 'settings-form', field('Name', this.label), field('Port', this.port),
      field('Profile', this.profile), this.submit,
      make('p', 'soft', 'A new name or port closes the port and opens it anew; it is written to slots.json.'));
    form.addEventListener('submit', event => { event.preventDefault(); this.save(); });
    this.element = make('section', 'settings', make('h3', '', 'This slot'), form, make('h3', '', 'Remove'),
      make('p', 'soft', 'The connector has no port any more then. Its logs are kept.'),
      button('Remove this slot…', () => this.remove(), 'danger'));
    this.element.setAttribute('aria-label', 'Settings');
  }

  get entry() { return this.model.byId(this.slot); }

  async save() {
    const { entry } = this;
    const wanted = {};
    if (this.label.value.trim() !== entry.label) wanted.label = this.label.value.trim();
    if (Number(this.port.value) !== entry.tcp_port) wanted.tcp_port = Number(this.port.value);
    if (this.profile.value !== entry.profile) wanted.profile = this.profile.value;
    if (Object.keys(wanted).length === 0) return;
    this.submit.disabled = true;
    const answer = await change(entry, wanted);
    this.submit.disabled = false;
    // A new name is a new id, and so a new address.
    if (answer.ok && answer.slot !== this.slot) location.hash = `#/slot/${encodeURIComponent(answer.slot)}/settings`;
  }

  async remove() {
    if (await remove(this.entry)) location.hash = '#/';
  }

  close() {}
}
