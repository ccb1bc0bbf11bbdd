// Requests to the portal. An answer is always an object; `status` 0 means that none came.

import { login } from './login.js';

export async function get(path) { return ask(path, {}); }

export async function post(path, body = {}, method = 'POST', keepalive = false) {
  return ask(path, {
    method,
    keepalive,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function ask(path, options) {
  let status = 0;
  try {
    const answer = await fetch(path, { cache: 'no-store', ...options });
    status = answer.status;
    if (status === 401 && !options.keepalive) { // a page that is left asks nobody
      await login();
      return ask(path, options);
    }
    const body = await answer.json();
    return { ok: answer.ok, ...body, status };
  } catch {
    return { ok: false, error: status ? `the portal answered with ${status}` : 'the portal does not answer', status };
  }
}

export const slotPath = (entry, action) => `api/slots/${encodeURIComponent(entry.slot)}/${action}`;
