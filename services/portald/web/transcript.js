// What a console has received, bounded; and how it is shown. No DOM.

const most = 1024 * 1024; // bytes kept; what is older is in the log
const encoder = new TextEncoder();
const noTime = encoder.encode(' '.repeat('00:00:00.000  '.length));

export class Transcript {
  records = []; // {time, direction, bytes}
  dropped = 0; // records that went; the index of records[0] since the beginning
  #size = 0;

  get end() { return this.dropped + this.records.length; }

  add(record) {
    this.records.push(record);
    this.#size += record.bytes.length;
    let gone = 0;
    while (this.#size > most) this.#size -= this.records[gone++].bytes.length;
    if (gone) this.records.splice(0, gone);
    this.dropped += gone;
  }

  clear() {
    this.records = [];
    this.dropped = 0;
    this.#size = 0;
  }

  from(index) { return this.records.slice(Math.max(0, index - this.dropped)); }

  received() { return this.records.filter(record => record.direction === 'RX').map(record => record.bytes); }
}

const two = number => String(number).padStart(2, '0');

export function clock(iso) {
  const time = new Date(iso);
  const milliseconds = String(time.getMilliseconds()).padStart(3, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${milliseconds}`;
}

function joined(parts) {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

// Records as a terminal takes them: with the time before each line, and what was sent in another colour.
export class Lines {
  #fresh = true; // the next byte begins a line

  constructor(stamps, sent) { Object.assign(this, { stamps, sent }); }

  bytes(records) { return joined(records.flatMap(record => this.#one(record))); }

  #one({ time, direction, bytes }) {
    if (direction === 'INFO') return [this.#note(new TextDecoder().decode(bytes))];
    if (direction === 'TX') return this.sent ? [encoder.encode('\x1b[7m'), bytes, encoder.encode('\x1b[27m')] : [];
    return this.stamps ? this.#stamped(time, bytes) : [bytes];
  }

  // What came together has its time once: the lines after the first have none that is known.
  #stamped(time, bytes) {
    let stamp = encoder.encode(`\x1b[90m${clock(time)}\x1b[39m  `);
    const parts = [];
    for (let at = 0; at < bytes.length;) {
      const newline = bytes.indexOf(10, at);
      const end = newline < 0 ? bytes.length : newline + 1;
      if (this.#fresh) {
        parts.push(stamp);
        stamp = noTime;
      }
      parts.push(bytes.subarray(at, end));
      this.#fresh = newline >= 0;
      at = end;
    }
    return parts;
  }

  #note(words) {
    const begin = this.#fresh ? '' : '\r\n';
    this.#fresh = true;
    return encoder.encode(`${begin}\x1b[0;90m── ${words} ──\x1b[0m\r\n`);
  }
}
