import { pause } from './pause.js';
import { readBytarget, readStat, readTermlist } from './replies.js';

const FACETS = 'subject,author,date';
const MOST_TERMS = 6;
/** Pauses between polls grow, as those of Pazpar2's own client do. */
const FIRST_PAUSE_MS = 400;
const LONGER_BY_MS = 150;

/**
 * The four polls of Pazpar2's own client, side by side, each until no library is at work any more.
 *
 * @param {object} search
 * @param search.ask sends a command of the session
 * @param search.list which part of the list to show
 * @param search.takeShow keeps a list
 * @param search.found where everything else is kept
 * @param search.changed called after every reply
 * @param search.signal ends all of them
 */
export async function followSearch(search) {
  const { list, takeShow, found } = search;
  await Promise.all([
    poll(search, 'show', () => ({ ...list(), block: '1' }), takeShow),
    poll(
      search,
      'stat',
      () => ({}),
      (reply) => (found.stat = readStat(reply)),
    ),
    poll(
      search,
      'termlist',
      () => ({ name: FACETS, num: MOST_TERMS }),
      (reply) => Object.assign(found, readTermlist(reply)),
    ),
    poll(
      search,
      'bytarget',
      () => ({ block: '1' }),
      (reply) => Object.assign(found, readBytarget(reply)),
    ),
  ]);
}

/** `take` gives back how many libraries are still at work. */
async function poll({ ask, changed, signal }, command, parameters, take) {
  for (let round = 0; ; round++) {
    const { active } = take(await ask(command, parameters()));
    changed();
    if (active === 0) return;
    await pause(FIRST_PAUSE_MS + round * LONGER_BY_MS, signal);
  }
}
