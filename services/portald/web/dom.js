// Elements. What boards, USB strings and people say comes in as text only.

export const at = id => document.getElementById(id);

export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

// Changes only what differs; nothing to say hides it.
export function text(element, value, title = '') {
  if (element.textContent !== value) element.textContent = value;
  if (element.title !== title) element.title = title;
  element.hidden = value === '';
}

export function button(label, action, className = '') {
  const element = make('button', className, label);
  element.type = 'button';
  element.addEventListener('click', action);
  return element;
}

export function link(href, className, ...children) {
  const element = make('a', className, ...children);
  element.href = href;
  return element;
}

// A labelled control: the label is seen, and is the control's name.
export function field(label, control) {
  return make('label', 'field', make('span', '', label), control);
}

export function input(type, properties = {}) {
  const element = document.createElement('input');
  element.type = type;
  return Object.assign(element, properties);
}

// options: [[value, words], …]
export function select(options, value, changed) {
  const element = make('select', '', ...options.map(([is, words]) => {
    const option = make('option', '', words);
    option.value = is;
    return option;
  }));
  element.value = value;
  element.addEventListener('change', () => changed(element.value));
  return element;
}

// A button that stays pressed.
export function toggle(label, on, changed) {
  const element = button(label, () => set(!element.on), 'toggle');
  function set(value) {
    element.on = value;
    element.setAttribute('aria-pressed', value);
    changed(value);
  }
  element.on = on;
  element.setAttribute('aria-pressed', on);
  return element;
}

// A style sheet that not every view needs; ready when it is there, or is not to be had.
const sheets = new Map();
export function needs(href) {
  if (!sheets.has(href)) {
    const sheet = Object.assign(document.createElement('link'), { rel: 'stylesheet', href });
    sheets.set(href, new Promise(resolve => { sheet.onload = sheet.onerror = resolve; }));
    document.head.append(sheet);
  }
  return sheets.get(href);
}

export function save(name, parts, type = 'text/plain') {
  const anchor = document.createElement('a');
  anchor.href = URL.createObjectURL(new Blob(parts, { type }));
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10000);
}

// What a person chose, on this machine only; a browser that keeps nothing is fine.
export const kept = {
  get(name, otherwise) {
    try { return JSON.parse(localStorage.getItem(`rfc2217.${name}`)) ?? otherwise; } catch { return otherwise; }
  },
  set(name, value) {
    try { localStorage.setItem(`rfc2217.${name}`, JSON.stringify(value)); } catch { /* private window */ }
  },
};
