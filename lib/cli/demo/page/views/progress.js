import { byId, element, setAttribute, setText } from '../dom.js';

const ACTIVE = new Set(['Client_Connecting', 'Client_Working']);

/** Says how far the search is, in words and as a bar. */
export function updateProgress(session) {
  const place = byId('progress');
  if (place.childElementCount === 0) {
    place.append(element('p', {}), element('progress', { 'aria-label': 'Libraries that have answered' }));
  }
  const [text, bar] = place.children;
  const { answered, asked } = answersOf(session);
  setText(text, progressText(session));
  setAttribute(bar, 'max', Math.max(1, asked));
  setAttribute(bar, 'value', answered);
  setAttribute(place, 'data-running', String(session.searching));
}

/** One sentence about the state of the search. */
export function progressText({ searching, found, request }) {
  const { answered, asked } = answersOf({ found });
  const { merged = 0, total = 0 } = found.show ?? {};
  const libraries = asked === 1 ? '1 library' : `${asked} libraries`;
  const answers = asked === 0 ? `Searching for “${request.query}”` : `${answered} of ${libraries} answered`;
  if (searching && merged === 0) return `${answers}…`;
  const records = merged === 1 ? '1 record' : `${merged} records`;
  return `${answers}: ${records}${total > merged ? `, merged from ${total}` : ''}${searching ? '…' : '.'}`;
}

function answersOf({ found }) {
  const { targets } = found;
  return { asked: targets.length, answered: targets.filter(({ state }) => !ACTIVE.has(state)).length };
}
