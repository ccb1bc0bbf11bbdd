// What the buttons do. Every one says what came of it.

const toast = document.getElementById('toast');
let hide = 0;

export function say(text, kind = '') {
  toast.textContent = text;
  toast.className = `shown ${kind}`;
  clearTimeout(hide);
  hide = setTimeout(() => { toast.className = kind; }, kind === 'bad' ? 8000 : 3000);
}

export function urlOf(entry) {
  return `rfc2217://${location.hostname}:${entry.tcp_port}`;
}

export async function copy(text) {
  try {
    await (navigator.clipboard ? navigator.clipboard.writeText(text) : copyOldWay(text));
    say(`Copied ${text}`);
  } catch {
    say(`Could not copy: ${text}`, 'bad');
  }
}

// navigator.clipboard exists with https and on localhost only; a portal on the LAN has neither.
async function copyOldWay(text) {
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'visually-hidden';
  const before = document.activeElement;
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  before?.focus();
  if (!done) throw new Error('refused');
}

async function post(path, body) {
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    return await answer.json();
  } catch {
    return { ok: false, error: 'the portal does not answer' };
  }
}

export async function start(entry) {
  const answer = await post('api/start', { slot: entry.slot });
  if (answer.ok) say(`${entry.label} started`);
  else say(`${entry.label} did not start: ${answer.error}`, 'bad');
}

export async function stop(entry) {
  const inUse = entry.client && `${entry.label} is in use by ${entry.client.address}. `
    + 'Stopping it ends that connection.';
  if (inUse && !await confirmed(inUse, `Stop ${entry.label}`)) return;
  const answer = await post('api/stop', { slot: entry.slot });
  if (answer.ok) say(`${entry.label} stopped`);
  else say(`${entry.label} did not stop: ${answer.error}`, 'bad');
}

function confirmed(text, yes) {
  const dialog = document.getElementById('ask');
  document.getElementById('ask-text').textContent = text;
  document.getElementById('ask-yes').textContent = yes;
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise(resolve => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
