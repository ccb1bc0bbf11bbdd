// Bytes per second from counters that come now and then. No DOM.

const samples = 24;

export class Rates {
  #last = new Map(); // slot → {at, total}
  #history = new Map(); // slot → rates, oldest first

  // slots: {"ESP32-A": {rx_bytes, tx_bytes}}; at: ms
  take(slots, at) {
    for (const [slot, { rx_bytes: rx, tx_bytes: tx }] of Object.entries(slots)) {
      const total = rx + tx;
      const last = this.#last.get(slot);
      this.#last.set(slot, { at, total });
      // Smaller than before: the bridge was restarted and counts anew.
      if (!last || at <= last.at || total < last.total) continue;
      const history = this.#history.get(slot) ?? [];
      history.push((total - last.total) * 1000 / (at - last.at));
      this.#history.set(slot, history.slice(-samples));
    }
  }

  of(slot) { return this.#history.get(slot) ?? []; }

  // An SVG path over 0…100 by 0…16, scaled to the largest.
  path(slot) {
    const history = this.of(slot);
    if (history.length < 2) return '';
    const top = Math.max(...history, 1);
    const step = 100 / (samples - 1);
    const from = 100 - (history.length - 1) * step;
    return history.map((rate, i) =>
      `${i ? 'L' : 'M'}${(from + i * step).toFixed(1)} ${(15 - 14 * rate / top).toFixed(1)}`).join('');
  }
}
