// Who may write to a slot: one at a time, by bridged's claims. A TCP client counts.

import { bad, confirmed, say } from './dialogs.js';
import { owner } from './owner.js';
import { post, slotPath } from './request.js';
import { personOf } from './words.js';

const lasts = 150; // s; a background tab's timers come once a minute
const renews = 40;
const patience = 3000; // ms until a claim that the feed does not tell of is asked for again

export class Pen {
  #timer = 0;
  #asked = 0; // when the claim was asked for last
  #renewal = null; // the request that is under way
  #queue = '';
  #sending = false;

  // entryOf(): the slot as it is now; changed(): to be drawn
  constructor(entryOf, changed) {
    Object.assign(this, { entryOf, changed });
    this.leave = () => this.drop(true);
    addEventListener('pagehide', this.leave);
  }

  get mine() { return Boolean(this.#timer) && this.entryOf()?.claim?.owner === owner(); }

  // In words; "" when nobody has it.
  get holder() {
    const { claim, client } = this.entryOf() ?? {};
    if (claim && claim.owner !== owner()) {
      return claim.address ? `${claim.owner} (${personOf(claim.address)})` : claim.owner;
    }
    return client ? personOf(client.address) : '';
  }

  async take() {
    const entry = this.entryOf();
    const claim = { owner: owner(), ttl_s: lasts };
    let answer = await post(slotPath(entry, 'claim'), claim);
    if (answer.status === 409 && answer.holder) {
      const question = `${entry.label} is with ${this.holder || answer.holder}. Take the pen from them? A connection of theirs ends.`;
      if (!await confirmed(question, 'Take the pen')) return false;
      answer = await post(slotPath(entry, 'claim'), { ...claim, force: true });
    }
    if (!answer.ok) {
      bad(`You have no pen: ${answer.error}`);
      return false;
    }
    clearInterval(this.#timer);
    this.#asked = Date.now();
    this.#timer = setInterval(() => this.#renew(), renews * 1000);
    entry.claim = answer.claim ?? entry.claim; // the feed says so too, a moment later
    this.changed();
    return true;
  }

  async #renew() {
    this.#asked = Date.now();
    this.#renewal = post(slotPath(this.entryOf(), 'claim'), { owner: owner(), ttl_s: lasts });
    const answer = await this.#renewal;
    if (answer.status === 409) this.lose(answer.holder);
  }

  lose(who) {
    if (!this.#timer) return;
    this.#forget();
    say(`${who || 'Somebody else'} has the pen of ${this.entryOf().label} now; you are reading along`);
    this.changed();
  }

  #forget() {
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#queue = '';
  }

  async drop(leaving = false) {
    if (!this.#timer) return;
    this.#forget();
    // A renewal that overtook the release would keep the slot for nobody.
    if (!leaving) await this.#renewal;
    const entry = this.entryOf();
    if (entry) await post(slotPath(entry, 'release'), { owner: owner() }, 'POST', leaving);
    this.changed();
  }

  // The feed told of the slot: another one may have it now, or nobody, since bridged was started again.
  look() {
    if (!this.#timer) return;
    const { claim, running } = this.entryOf() ?? {};
    if (claim && claim.owner !== owner()) this.lose(claim.owner);
    else if (!claim && running && Date.now() - this.#asked > patience) this.#renew();
  }

  // In order: what is typed while a request is under way goes with the next one.
  async write(text) {
    this.#queue += text;
    if (this.#sending) return;
    this.#sending = true;
    while (this.#queue && this.#timer) {
      const now = this.#queue.slice(0, 8192);
      this.#queue = this.#queue.slice(8192);
      const answer = await this.do('write', { text: now });
      if (!answer.ok) this.#queue = '';
    }
    this.#sending = false;
  }

  async do(action, body) {
    const answer = await post(slotPath(this.entryOf(), action), { ...body, owner: owner() });
    if (answer.status === 409 && answer.holder) this.lose(answer.holder);
    else if (!answer.ok) bad(`${this.entryOf().label}: ${answer.error}`);
    return answer;
  }

  close() {
    removeEventListener('pagehide', this.leave);
    this.drop();
  }
}
