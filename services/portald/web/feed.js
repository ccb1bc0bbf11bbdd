// The WebSocket to /ws: messages in, reconnecting by itself.

import { login } from './login.js';

const first = 500; // ms
const longest = 10000;
const silence = 25000; // the portal says something every 10 s: two beats missed

// handlers: message(object), lost(why, tryAgainAt). Returns send(object), which is false when nobody hears.
export function follow(handlers) {
  let pause = first;
  let open = null;

  function connect() {
    const socket = new WebSocket(new URL('ws', location.href.replace(/^http/, 'ws')));
    let opened = false;
    let timer = setTimeout(end, silence);
    socket.onmessage = event => {
      opened = true;
      open = socket;
      pause = first;
      clearTimeout(timer);
      timer = setTimeout(end, silence);
      handlers.message(JSON.parse(event.data));
    };
    socket.onclose = end;

    // Once, and without waiting for the other side: a machine without power closes nothing.
    async function end() {
      clearTimeout(timer);
      open = null;
      socket.onmessage = socket.onclose = null;
      socket.close();
      const why = opened ? '' : await reason();
      const wait = pause * (0.8 + Math.random() * 0.4); // not all pages at once
      pause = Math.min(pause * 2, longest);
      handlers.lost(why, Date.now() + wait);
      setTimeout(connect, wait);
    }
  }

  // A browser does not tell why a handshake was refused; asked plainly, the portal does.
  async function reason() {
    try {
      const answer = await fetch('ws', { cache: 'no-store', signal: AbortSignal.timeout(3000) });
      if (answer.status === 401) await login();
      return answer.status === 426 || answer.status === 401 ? '' : (await answer.json()).error;
    } catch {
      return '';
    }
  }

  connect();
  return message => {
    open?.send(JSON.stringify(message));
    return open !== null;
  };
}
