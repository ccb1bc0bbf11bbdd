// The address behind the #. No DOM.

// "#/slot/ESP32-A/log?file=x" → {view: "slot", id: "ESP32-A", tab: "log", query}
export function routeOf(hash) {
  const [path, query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  const [view = '', id = '', tab = ''] = path.split('/').map(plain);
  return { view, id, tab, query: new URLSearchParams(query) };
}

function plain(part) {
  try { return decodeURIComponent(part); } catch { return part; }
}

export function searchHash(query) { return `#/search?${new URLSearchParams(query)}`; }

// Where a place in a log is shown.
export function placeHash(slot, file, place) {
  return `#/slot/${encodeURIComponent(slot)}/log?${new URLSearchParams({ file, at: place })}`;
}
