import { ask, PazparError } from './ask.js';
import { pause } from './pause.js';
import { readInit, readRecord, readShow, routeOf } from './replies.js';
import { followSearch } from './search-polls.js';

export const PAGE_SIZE = 10;

const TRY_LATER = 503;
const TRY_AGAIN_MS = 2000;

const nothingFound = () => ({ show: undefined, stat: undefined, facets: new Map(), targets: [] });

/**
 * A visitor's session at one server, kept as Pazpar2's own client keeps it: `init`, pings, one search at a time followed by four
 * polls. When the server does not know the session any more, it begins anew and repeats the search. Every change is a `change`
 * event; `opened`, `lost`, `recovered` and `finished` come beside it.
 */
export class SearchSession extends EventTarget {
  letter;
  /** The session value, undefined while there is none. */
  value;
  /** The search that runs or has run, undefined before the first. */
  request;
  searching = false;
  start = 0;
  found = nothingFound();
  /** Records that are open, by id; undefined while they are on their way. */
  records = new Map();
  /** The session that was lost, and what the client was told, until somebody has read it. */
  loss;
  /** What else went wrong. */
  error;
  #polls = new AbortController();
  #pings;
  #checking = false;

  constructor(letter) {
    super();
    this.letter = letter;
  }

  /** The server that has the session, empty while there is none. */
  get route() {
    return this.value === undefined ? '' : routeOf(this.value);
  }

  /** Begins the session, and the search that was asked for in the meantime. */
  async open() {
    await this.#init();
    const wanted = this.request !== undefined;
    this.#changed('opened');
    if (wanted) await this.#run();
  }

  /** @param {import('./search-request.js').SearchRequest} request */
  async search(request) {
    this.request = request;
    this.start = 0;
    this.records.clear();
    if (this.value !== undefined) await this.#run();
  }

  /** Shows the list from another record on. */
  async turnTo(start) {
    this.start = start;
    await this.#guarded(async () => this.#takeShow(await this.#ask('show', this.#list)));
    this.#changed();
  }

  async openRecord(id) {
    this.records.set(id, undefined);
    this.#changed();
    await this.#guarded(async () => {
      const record = readRecord(await this.#ask('record', { id }));
      if (this.records.has(id)) this.records.set(id, record);
    });
    this.#changed();
  }

  closeRecord(id) {
    this.records.delete(id);
    this.#changed();
  }

  /** Asks whether the session is still there. */
  async check() {
    if (this.value === undefined || this.#checking) return;
    this.#checking = true;
    await this.#guarded(() => this.#ask('ping', {}).finally(() => (this.#checking = false)));
  }

  /** Somebody has read what went wrong. */
  dismiss() {
    this.loss = undefined;
    this.error = undefined;
    this.#changed();
  }

  /** The gateway chooses the server. While none takes new sessions, this waits and tries again. */
  async #init() {
    while (this.value === undefined) {
      try {
        const { session, keepAlive } = readInit(await ask('init', {}));
        this.value = session;
        this.error = undefined;
        this.#pings = setInterval(() => void this.check(), keepAlive);
      } catch (error) {
        this.#remember(error);
        await pause(TRY_AGAIN_MS);
      }
    }
  }

  async #run() {
    this.#polls.abort();
    this.#polls = new AbortController();
    const { signal } = this.#polls;
    this.found = nothingFound();
    this.error = undefined;
    this.searching = true;
    this.#changed();
    await this.#guarded(async () => {
      await this.#ask('search', this.request.parameters, signal);
      await followSearch({
        ask: (command, parameters) => this.#ask(command, parameters, signal),
        list: () => this.#list,
        takeShow: (reply) => this.#takeShow(reply),
        found: this.found,
        changed: () => this.#changed(),
        signal,
      });
      this.searching = false;
      this.#changed('finished');
    });
    if (this.#polls.signal !== signal) return;
    this.#polls.abort();
    this.searching = false;
    this.#changed();
  }

  get #list() {
    return { start: this.start, num: PAGE_SIZE };
  }

  /** A list that was asked for before the page was turned comes too late. */
  #takeShow(reply) {
    const show = readShow(reply);
    if (show.start === this.start) this.found.show = show;
    return show;
  }

  async #ask(command, parameters, signal) {
    const session = this.value;
    try {
      return await ask(command, { session, ...parameters }, signal);
    } catch (error) {
      if (error instanceof PazparError) Object.assign(error, { command, session });
      throw error;
    }
  }

  async #guarded(step) {
    try {
      await step();
    } catch (error) {
      if (error.name === 'AbortError') return;
      if (error.isSessionLost) return this.#beginAnew(error);
      this.#remember(error);
      // It may pass; or the server died under the request, and the next one will say so.
      if (error.status === TRY_LATER) setTimeout(() => void this.check(), TRY_AGAIN_MS);
    }
  }

  /** Of several requests that hear of the loss at the same time, the first one counts. */
  async #beginAnew(error) {
    if (error.session !== this.value) return;
    const loss = { session: this.value, route: this.route, error, replacement: undefined };
    clearInterval(this.#pings);
    this.#polls.abort();
    this.value = undefined;
    this.loss = loss;
    this.#changed('lost');
    await this.#init();
    loss.replacement = this.value;
    this.#changed('recovered');
    if (this.request !== undefined) await this.#run();
  }

  #remember(error) {
    if (!(error instanceof PazparError)) throw error;
    this.error = error;
    this.#changed();
  }

  #changed(also) {
    this.dispatchEvent(new Event('change'));
    if (also !== undefined) this.dispatchEvent(new Event(also));
  }
}
