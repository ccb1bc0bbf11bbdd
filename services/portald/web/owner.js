// Who this tab is to bridged's claims. The name lives through a reload; while the page is open it
// is kept nowhere, so that a duplicated tab gets its own.

const key = 'rfc2217.owner';
let name = '';

function remembered() {
  try { return sessionStorage.getItem(key); } catch { return null; }
}

export function owner() {
  if (!name) {
    name = remembered() || `page-${crypto.getRandomValues(new Uint32Array(1))[0].toString(16).padStart(8, '0')}`;
    try { sessionStorage.removeItem(key); } catch { /* nothing is kept then */ }
  }
  return name;
}

owner();
addEventListener('pagehide', () => { try { sessionStorage.setItem(key, name); } catch { /* as above */ } });
addEventListener('pageshow', event => { if (event.persisted) sessionStorage.removeItem(key); });
