import { numberOf, textOf } from './ask.js';

/** What the page knows of the replies: plain objects, every value a text or a number. */

export function readInit(reply) {
  const session = textOf(reply, 'session');
  return { session, keepAlive: numberOf(reply, 'keepAlive') || 50_000 };
}

/** The server that a session value names: what stands behind the first dot. */
export function routeOf(session) {
  const dot = session.indexOf('.');
  return dot === -1 ? '' : session.slice(dot + 1);
}

export function readShow(reply) {
  return {
    active: numberOf(reply, 'activeclients'),
    start: numberOf(reply, 'start'),
    merged: numberOf(reply, 'merged'),
    total: numberOf(reply, 'total'),
    hits: [...reply.getElementsByTagName('hit')].map(readHit),
  };
}

export function readStat(reply) {
  return {
    active: numberOf(reply, 'activeclients'),
    hits: numberOf(reply, 'hits'),
    clients: numberOf(reply, 'clients'),
  };
}

/** Lists of terms by the name of their facet. */
export function readTermlist(reply) {
  const lists = [...reply.getElementsByTagName('list')].map((list) => [
    list.getAttribute('name') ?? '',
    [...list.getElementsByTagName('term')].map((term) => ({
      name: textOf(term, 'name'),
      frequency: numberOf(term, 'frequency'),
    })),
  ]);
  return { active: numberOf(reply, 'activeclients'), facets: new Map(lists) };
}

const ACTIVE_STATES = new Set(['Client_Connecting', 'Client_Working']);

export function readBytarget(reply) {
  const targets = [...reply.getElementsByTagName('target')].map((target) => ({
    id: textOf(target, 'id'),
    name: textOf(target, 'name') || textOf(target, 'id'),
    hits: numberOf(target, 'hits'),
    state: textOf(target, 'state'),
  }));
  return { active: targets.filter(({ state }) => ACTIVE_STATES.has(state)).length, targets };
}

/** Every value of every `md-` field, in the order in which they came, without repetition. */
export function readRecord(reply) {
  const fields = new Map();
  for (const { nodeName, textContent } of reply.documentElement.getElementsByTagName('*')) {
    if (!nodeName.startsWith('md-') || textContent === '') continue;
    const name = nodeName.slice('md-'.length);
    fields.set(name, (fields.get(name) ?? new Set()).add(textContent));
  }
  const locations = [...reply.getElementsByTagName('location')].map((one) => one.getAttribute('name') ?? '');
  return { fields, locations };
}

function readHit(hit) {
  return {
    id: textOf(hit, 'recid'),
    title: textOf(hit, 'md-title') || 'Without title',
    author: textOf(hit, 'md-author'),
    date: textOf(hit, 'md-date'),
    medium: textOf(hit, 'md-medium'),
    libraries: hit.getElementsByTagName('location').length,
  };
}
