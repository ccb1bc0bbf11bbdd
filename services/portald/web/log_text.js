// A log's text by byte ranges, in whole lines. No DOM.

import { get } from './request.js';

const part = 65536;

export const fileUrl = file => `api/logs/${encodeURIComponent(file)}`;

// {bytes, from, total}; nothing where there is nothing (yet). @throws Error in words
async function range(file, header) {
  let answer;
  try {
    answer = await fetch(fileUrl(file), { cache: 'no-store', headers: { Range: `bytes=${header}` } });
  } catch {
    throw new Error('the portal does not answer');
  }
  if (answer.status === 416) return { bytes: new Uint8Array(), from: 0, total: 0 };
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    throw new Error(told.error ?? `the portal answered with ${answer.status}`);
  }
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const [, from, total] = /bytes (\d+)-\d+\/(\d+)/.exec(answer.headers.get('Content-Range')) ?? [null, 0, bytes.length];
  return { bytes, from: Number(from), total: Number(total) };
}

// Where the first line from that time on is that has these words, {file, at}; null: nowhere. @throws Error in words
export async function placeOf(slot, time, words = '') {
  const pattern = words.replace(/[^\w ]/g, '\\$&') || '^';
  const wanted = { pattern, limit: '1', slot, from: time };
  for (let i = 0; i < 30; ++i) {
    const answer = await get(`api/logs/search?${new URLSearchParams(wanted)}`);
    if (!answer.ok) throw new Error(answer.error);
    if (answer.matches.length) return answer.matches[0];
    if (!answer.cursor) return null;
    wanted.cursor = answer.cursor;
  }
  return null;
}

const newline = 10;
const lines = bytes => new TextDecoder().decode(bytes).split('\n').slice(0, -1);

// What is shown of one file: begin … end, both at a line's beginning.
export class LogText {
  begin = 0;
  end = 0;
  total = 0;

  constructor(file) { this.file = file; }

  // The last lines.
  async tail() {
    const got = await range(this.file, `-${part}`);
    const skip = got.from > 0 ? got.bytes.indexOf(newline) + 1 : 0;
    this.begin = got.from + skip;
    return this.#took(got.bytes.subarray(skip), this.begin, got.total);
  }

  // `at` is a line's beginning.
  async from(at) {
    this.begin = at;
    return this.#after(at);
  }

  async later() { return this.#after(this.end); }

  // With the byte before, which there is: asking for nothing but what is not there yet is an error.
  async #after(at) {
    const known = at > 0 ? 1 : 0;
    const got = await range(this.file, `${at - known}-${at + part - 1}`);
    return this.#took(got.bytes.subarray(known), at, got.total || this.total);
  }

  #took(bytes, at, total) {
    const whole = bytes.subarray(0, bytes.lastIndexOf(newline) + 1);
    this.end = at + whole.length;
    this.total = total;
    return lines(whole);
  }

  async earlier() {
    const start = Math.max(0, this.begin - part);
    if (this.begin === 0) return [];
    const got = await range(this.file, `${start}-${this.begin - 1}`);
    const skip = start > 0 ? got.bytes.indexOf(newline) + 1 : 0;
    this.begin = start + skip;
    return lines(got.bytes.subarray(skip));
  }
}
