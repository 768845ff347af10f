import { byId, element, reconcile, setAttribute, setText } from '../dom.js';

const FACETS = [
  ['subject', 'Subjects'],
  ['author', 'Authors'],
  ['date', 'Years'],
];
const STATES = {
  Client_Connecting: 'connecting…',
  Client_Working: 'searching…',
  Client_Error: 'no answer',
  Client_Failed: 'no answer',
  Client_Disconnected: 'stopped',
};

/** The libraries with their states, and the terms by which a search can be narrowed. */
export function updateFacets(session) {
  const { found, request } = session;
  const libraries = {
    title: 'Libraries',
    terms: found.targets.map((target) => ({
      key: target.id,
      text: target.name,
      count: STATES[target.state] ?? String(target.hits),
      active: STATES[target.state]?.endsWith('…') ?? false,
      pressed: request.target?.id === target.id,
      narrow: () => session.search(session.request.toggleTarget(target)),
    })),
  };
  const facets = FACETS.map(([name, title]) => ({ title, terms: termsOf(session, name) }));
  reconcile(
    byId('facets'),
    [libraries, ...facets].filter(({ terms }) => terms.length > 0),
    {
      key: ({ title }) => title,
      create: createFacet,
      update: updateFacet,
    },
  );
}

function termsOf(session, name) {
  return (session.found.facets.get(name) ?? []).map((term) => ({
    key: term.name,
    text: term.name,
    count: String(term.frequency),
    active: false,
    pressed: session.request.limits.get(name) === term.name,
    narrow: () => session.search(session.request.toggleLimit(name, term.name)),
  }));
}

function createFacet({ title }) {
  return element('section', { class: 'facet' }, element('h3', {}, title), element('ul', {}));
}

function updateFacet(facet, { terms }) {
  reconcile(facet.querySelector('ul'), terms, {
    key: ({ key }) => key,
    create: createTerm,
    update: updateTerm,
  });
}

function createTerm({ text }) {
  const button = element('button', { type: 'button', class: 'term' });
  button.append(element('span', {}, text), ' ', element('span', { class: 'count' }));
  return element('li', {}, button);
}

function updateTerm(item, { count, active, pressed, narrow }) {
  const button = item.firstElementChild;
  setAttribute(button, 'aria-pressed', String(pressed));
  setText(button.lastElementChild, count);
  setAttribute(button, 'data-active', active);
  button.onclick = () => void narrow();
}

/** What the search is narrowed to, each with a button that takes it away. */
export function updateLimits(session) {
  const { request } = session;
  const limits = [...request.limits].map(([name, value]) => ({
    text: value,
    widen: () => session.search(session.request.toggleLimit(name, value)),
  }));
  const { target } = request;
  if (target !== undefined)
    limits.push({ text: target.name, widen: () => session.search(session.request.toggleTarget(target)) });
  reconcile(byId('limits'), limits, {
    key: ({ text }) => text,
    create: ({ text }) =>
      element(
        'li',
        {},
        element('button', { type: 'button', class: 'limit', 'aria-label': `Remove ${text}` }, `${text} ×`),
      ),
    update: (item, { widen }) => (item.firstElementChild.onclick = () => widenAndFocus(widen)),
  });
}

/** The button that had the focus goes away. */
function widenAndFocus(widen) {
  void widen();
  byId('query').focus();
}
