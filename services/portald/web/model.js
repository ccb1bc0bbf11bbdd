// What the page knows, from the feed's messages. No DOM.

import { Rates } from './rates.js';

const alertsKept = 100;

export class Model {
  entries = new Map(); // slot_key → entry as in /api/devices
  lines = new Map(); // slot → its last log line
  daemons = new Map(); // name → {unit, up}
  alerts = []; // crashes, boots and rules since the page is open, newest first
  rates = new Rates();
  dirty = new Set(); // slot_keys to draw
  complete = false; // all that there was at connecting has come
  lost = null; // {why, next} while there is no connection
  host = { name: '', ip: '', version: '' };
  #seen = null; // slot_keys since "begin"

  // changed(before, entry): for who tells people
  constructor(changed) { this.changed = changed; }

  take(message) { this.#takes[message.type]?.call(this, message); }

  byId(id) {
    for (const entry of this.entries.values()) if (entry.slot === id) return entry;
    return this.byLabel(id);
  }

  byLabel(label) {
    for (const entry of this.entries.values()) if (entry.label === label) return entry;
    return undefined;
  }

  // By port; boards without one at the end.
  order() {
    return [...this.entries.values()].sort((a, b) =>
      (a.tcp_port ?? 1e6) - (b.tcp_port ?? 1e6) || a.slot_key.localeCompare(b.slot_key));
  }

  slots() { return this.order().filter(entry => entry.tcp_port); }

  #draw(slot) {
    for (const [key, entry] of this.entries) if (entry.slot === slot) this.dirty.add(key);
  }

  #forget(key) {
    this.entries.delete(key);
    this.dirty.add(key);
  }

  #takes = {
    begin(message) {
      this.#seen = new Set();
      this.lost = null;
      this.host = { name: message.hostname, ip: message.host_ip, version: message.version };
    },
    slot({ entry }) {
      if (this.complete) this.changed(this.entries.get(entry.slot_key), entry);
      this.entries.set(entry.slot_key, entry);
      this.#seen?.add(entry.slot_key);
      this.dirty.add(entry.slot_key);
    },
    gone({ slot_key: key }) { this.#forget(key); },
    daemon({ daemon, unit, up }) { this.daemons.set(daemon, { unit, up }); },
    line(message) {
      this.lines.set(message.slot, message);
      this.#draw(message.slot);
    },
    counters({ slots }) {
      this.rates.take(slots, performance.now());
      Object.keys(slots).forEach(slot => this.#draw(slot));
    },
    alert(message) {
      this.alerts = [message, ...this.alerts.filter(alert => alert.id !== message.id)].slice(0, alertsKept);
      this.#draw(message.slot);
    },
    end() {
      for (const key of [...this.entries.keys()]) {
        if (!this.#seen.has(key)) this.#forget(key); // went while we were not connected
      }
      this.#seen = null;
      this.complete = true;
    },
  };
}
