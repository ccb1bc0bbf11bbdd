// What is shown in words: states, times, sizes. No DOM.

// state → [word, kind of card]; the colour never says anything that the word does not.
const states = {
  empty: ['empty', 'calm'],
  opening: ['opening', 'wait'],
  idle: ['idle', 'ready'],
  in_use: ['in use', 'live'],
  away: ['away', 'wait'],
  stopped: ['stopped', 'calm'],
  flapping: ['flapping', 'bad'],
  error: ['error', 'bad'],
  unknown: ['unknown', 'calm'],
  unassigned: ['new board', 'calm'],
};

export function stateWord(state) { return (states[state] ?? [String(state)])[0]; }
export function stateKind(state) { return (states[state] ?? ['', 'calm'])[1]; }

const units = [[86400, 'day'], [3600, 'h'], [60, 'min'], [1, 's']];

function amount(seconds) {
  for (const [size, unit] of units) {
    if (seconds >= size) {
      const count = Math.floor(seconds / size);
      return `${count}\u00a0${unit === 'day' && count > 1 ? 'days' : unit}`; // never parted
    }
  }
  return '';
}

// "12 min", for how long something has been so.
export function since(iso, now = Date.now()) {
  const seconds = (now - Date.parse(iso)) / 1000;
  if (Number.isNaN(seconds)) return '';
  return amount(seconds) || 'now';
}

// "in 12 s"
export function until(iso, now = Date.now()) {
  const seconds = Math.ceil((Date.parse(iso) - now) / 1000);
  return seconds > 0 ? `in ${amount(seconds)}` : 'now';
}

// The exact time, for hovering.
export function exact(iso) {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? '' : time.toLocaleString();
}

const digits = value => (value < 9.95 ? value.toFixed(1) : String(Math.round(value)));

export function bytesPerSecond(rate) {
  if (rate < 999.5) return `${Math.round(rate)} B/s`;
  if (rate < 999500) return `${digits(rate / 1000)} kB/s`;
  return `${digits(rate / 1e6)} MB/s`;
}

// "115200 8N1"
export function lineSettings(settings) {
  const framing = `${settings.data_bits}${settings.parity}${settings.stop_bits}`;
  const flow = { none: '', xonxoff: ' XON/XOFF', hardware: ' RTS/CTS' }[settings.flow] ?? '';
  return `${settings.baud} ${framing}${flow}`;
}

// What is known of a board: product, serial, VID:PID; the parts that it has.
export function boardParts(device) {
  const ids = device.vid ? `${device.vid}:${device.pid}` : '';
  const name = device.product || device.manufacturer || device.driver || 'serial device';
  return [name, device.serial, ids].filter(Boolean);
}

// The address without its port; who somebody is to a person.
export function personOf(address) {
  const end = address.lastIndexOf(':');
  return (end > 0 ? address.slice(0, end) : address).replace(/^\[|\]$/g, '');
}

// What does not work while a daemon is down.
export const without = {
  hotplugd: 'boards that are plugged in or out now are not noticed',
  bridged: 'no serial port can be reached',
  loggerd: 'logs have a delay: what boards say is kept for a while and written later',
};
export const shortName = { hotplugd: 'hotplug', bridged: 'bridge', loggerd: 'logger', portald: 'portal' };

export function count(number, one, many = `${one}s`) { return `${number} ${number === 1 ? one : many}`; }

export function bytes(size) {
  if (size < 1000) return `${size} B`;
  return size < 1e6 ? `${digits(size / 1000)} kB` : `${digits(size / 1e6)} MB`;
}
