// Which consoles this page follows over the feed, and where in each it is. No DOM.

const scrollback = 262144;

function bytesOf(base64) { return Uint8Array.from(atob(base64), c => c.charCodeAt(0)); }

export class Follows {
  #send;
  #sinks = new Map(); // slot → {sinks: Set, epoch, seq}

  constructor(send) { this.#send = send; }

  // sink: output(record), lost(bytes), following(), refused(error), stopped(), restarted()
  // Returns what ends it.
  add(slot, sink) {
    const had = this.#sinks.get(slot);
    const one = had ?? { sinks: new Set() };
    this.#sinks.set(slot, one);
    one.sinks.add(sink);
    if (had) this.#restart(slot); // the newcomer needs the scrollback; the others begin anew with it
    else this.#ask(slot);
    return () => {
      one.sinks.delete(sink);
      if (one.sinks.size > 0) return;
      this.#sinks.delete(slot);
      this.#send({ type: 'unfollow', slot });
    };
  }

  // After a connection is back: each goes on where it was.
  again() { for (const slot of this.#sinks.keys()) this.#ask(slot); }

  stopped() { for (const { sinks } of this.#sinks.values()) sinks.forEach(sink => sink.stopped()); }

  #restart(slot) {
    const one = this.#sinks.get(slot);
    delete one.epoch;
    one.sinks.forEach(sink => sink.restarted());
    this.#ask(slot);
  }

  #ask(slot) {
    const one = this.#sinks.get(slot);
    one.refused = false;
    const { epoch, seq } = one;
    this.#send({ type: 'follow', slot, tail: scrollback, ...(epoch && { epoch, after: seq }) });
  }

  // True for a message that is a console's.
  take(message) {
    // A portal that has just started does not know the slot yet when it is asked.
    if (message.type === 'slot' && this.#sinks.get(message.entry.slot)?.refused) this.#ask(message.entry.slot);
    const told = this.#takes[message.type];
    if (!told) return false;
    const one = this.#sinks.get(message.slot);
    if (one) told.call(this, one, message);
    return true;
  }

  #takes = {
    output(one, { epoch, seq, time, direction, data }) {
      if (epoch === one.epoch && seq <= one.seq) return; // of a follow before this one
      Object.assign(one, { epoch, seq });
      const record = { time, direction, bytes: bytesOf(data) };
      one.sinks.forEach(sink => sink.output(record));
    },
    lost(one, { bytes }) { one.sinks.forEach(sink => sink.lost(bytes)); },
    following(one, { epoch, seq }) {
      if (epoch) Object.assign(one, { epoch, seq });
      one.sinks.forEach(sink => sink.following());
    },
    not_followed(one, { error }) {
      one.refused = true;
      one.sinks.forEach(sink => sink.refused(error));
    },
  };
}
