// What is done with a slot. Every action says what came of it, and why it did not.

import { bad, confirmed, say } from './dialogs.js';
import { owner } from './owner.js';
import { post, slotPath } from './request.js';
import { personOf } from './words.js';

const why = answer => answer.error || `the portal answered with ${answer.status}`;

// Asks whoever has the slot away only after a question that names them.
async function act(entry, action, done, failed) {
  let answer = await post(slotPath(entry, action), { owner: owner() });
  if (answer.status === 409 && answer.holder) {
    if (!await confirmed(`${entry.label} is held by ${answer.holder}. Do it all the same?`, 'Do it anyway')) return false;
    answer = await post(slotPath(entry, action), { force: true });
  }
  if (answer.ok) say(done);
  else bad(`${failed}: ${why(answer)}`);
  return answer.ok;
}

export async function start(entry) {
  const answer = await post('api/start', { slot: entry.slot });
  if (answer.ok) say(`${entry.label} started`);
  else bad(`${entry.label} did not start: ${why(answer)}`);
}

export async function stop(entry) {
  const inUse = entry.client && `${entry.label} is in use by ${entry.client.address}. `
    + 'Stopping it ends that connection.';
  if (inUse && !await confirmed(inUse, `Stop ${entry.label}`)) return;
  const answer = await post('api/stop', { slot: entry.slot });
  if (answer.ok) say(`${entry.label} stopped`, '', { label: 'Start again', action: () => start(entry) });
  else bad(`${entry.label} did not stop: ${why(answer)}`);
}

export async function reset(entry) {
  await act(entry, 'reset', `${entry.label} was reset`, `${entry.label} was not reset`);
}

export async function resetAsking(entry) {
  if (await confirmed(`Reset ${entry.label}?`, 'Reset')) await reset(entry);
}

export async function bootloader(entry) {
  const question = `Reset ${entry.label} into its bootloader? Its application stops until the next reset.`;
  if (!await confirmed(question, 'Into the bootloader')) return;
  await act(entry, 'bootloader', `${entry.label} is in its bootloader`, `${entry.label} is not in its bootloader`);
}

export async function kick(entry) {
  const who = entry.client ? personOf(entry.client.address) : 'who reads along';
  if (!await confirmed(`Send ${who} away from ${entry.label}? Their connection ends at once.`, 'Send away')) return;
  const answer = await post(slotPath(entry, 'kick'));
  if (answer.ok) say(`${entry.label} is free`);
  else bad(`${entry.label} is not free: ${why(answer)}`);
}

// A fixed tty is named by its path, anything else by its connector.
const place = entry => (entry.slot_key === entry.devnode ? { devnode: entry.devnode } : { slot_key: entry.slot_key });

// change: {label?, tcp_port?, profile?, baud?}; held by somebody, it asks before it goes on.
export async function assign(entry, change, done, undo = null) {
  const body = { ...place(entry), owner: owner(), ...change };
  let answer = await post('api/slots', body);
  if (answer.status === 409 && await confirmed(`${why(answer)}. Their connection ends if you go on.`, 'Go on')) {
    answer = await post('api/slots', { ...body, force: true });
  }
  if (answer.ok) say(done(answer), '', undo && { action: () => undo(answer) });
  else bad(`Not done: ${why(answer)}`);
  return answer;
}

export async function newSlot(entry, label, port) {
  return assign(entry, { label, tcp_port: port },
    answer => `${answer.label} is at port ${answer.tcp_port}`,
    answer => takeOut({ slot: answer.slot, label: answer.label }));
}

export async function change(entry, wanted) {
  const before = { label: entry.label, tcp_port: entry.tcp_port };
  return assign(entry, wanted, answer => `Saved: ${answer.label}, port ${answer.tcp_port}`,
    () => assign(entry, before, answer => `It is ${answer.label}, port ${answer.tcp_port} again`));
}

async function takeOut(entry, force = false) {
  const answer = await post(`api/slots/${encodeURIComponent(entry.slot)}`, { owner: owner(), force }, 'DELETE');
  if (!answer.ok && answer.status === 409 && !force
      && await confirmed(`${why(answer)}. Their connection ends if you go on.`, 'Remove it anyway')) {
    return takeOut(entry, true);
  }
  if (!answer.ok) bad(`${entry.label} was not removed: ${why(answer)}`);
  return answer.ok;
}

export async function remove(entry) {
  const question = `Remove ${entry.label} and its port ${entry.tcp_port} from slots.json? Its logs are kept.`;
  if (!await confirmed(question, `Remove ${entry.label}`) || !await takeOut(entry)) return false;
  const back = { label: entry.label, tcp_port: entry.tcp_port, profile: entry.profile ?? undefined };
  say(`${entry.label} was removed`, '', {
    action: () => assign(entry, back, answer => `${answer.label} is at port ${answer.tcp_port} again`),
  });
  return true;
}

// The items of a slot's menu, as it is now.
export function boardMenu(entry) {
  const { client, running, state } = entry;
  const stopped = ['stopped', 'error', 'flapping'].includes(state);
  return [
    running && { label: 'Reset', note: 'r', action: () => reset(entry) },
    running && entry.profile !== 'plain'
      && { label: 'Into the bootloader…', action: () => bootloader(entry), danger: true },
    (client || entry.observers > 0) && { label: 'Send the client away…', action: () => kick(entry), danger: true },
    stopped && { label: 'Start', action: () => start(entry) },
    running && { label: 'Stop', action: () => stop(entry), danger: Boolean(client) },
  ].filter(Boolean);
}
