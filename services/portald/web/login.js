// Asks for a token where the portal wants one; the browser is then known by a cookie that no script can read.

import { make } from './dom.js';

let asking = null;

// Resolves when the portal knows us. However many need it, there is one question.
export function login() {
  asking ??= ask().finally(() => { asking = null; });
  return asking;
}

async function trade(token) {
  try {
    const answer = await fetch('api/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    return answer.ok ? '' : (await answer.json()).error;
  } catch {
    return 'the portal does not answer';
  }
}

function ask() {
  const field = make('input');
  Object.assign(field, { type: 'password', id: 'token', autocomplete: 'current-password', required: true, maxLength: 256 });
  const label = make('label', '', 'This portal asks for a token.');
  label.htmlFor = 'token';
  const fault = make('p', 'notice');
  fault.setAttribute('role', 'alert');
  fault.hidden = true;
  const submit = make('button', '', 'Log in');
  const form = make('form', '', label, field, fault, make('div', 'actions', submit));
  const dialog = make('dialog', '', form);
  dialog.setAttribute('aria-label', 'Log in');
  dialog.addEventListener('cancel', event => event.preventDefault()); // without a token there is nothing to see
  document.body.append(dialog);
  dialog.showModal();
  return new Promise(resolve => {
    form.addEventListener('submit', async event => {
      event.preventDefault();
      submit.disabled = true;
      const why = await trade(field.value.trim());
      submit.disabled = false;
      fault.textContent = why;
      fault.hidden = !why;
      if (why) return field.select();
      dialog.remove();
      resolve();
    });
  });
}
