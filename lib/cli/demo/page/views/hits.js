import { PAGE_SIZE } from '../client/search-session.js';
import { byId, element, reconcile, setAttribute, setText } from '../dom.js';
import { recordDetails } from './record.js';

/** The list of records, with those that are open in full. */
export function updateHits(session) {
  const { show } = session.found;
  const list = byId('hits');
  setAttribute(list, 'start', session.start + 1);
  setAttribute(list, 'aria-busy', String(session.searching));
  reconcile(list, show?.hits ?? [], {
    key: ({ id }) => `${session.letter} ${id}`,
    create: (hit) => createHit(session, hit),
    update: (item, hit) => updateHit(item, hit, session),
  });
  byId('no-hits').hidden = session.searching || show === undefined || show.merged > 0;
  updatePager(session, show?.merged ?? 0);
}

function createHit(session, { id }) {
  const toggle = () => (session.records.has(id) ? session.closeRecord(id) : void session.openRecord(id));
  return element(
    'li',
    { class: 'hit' },
    element('h3', {}, element('button', { type: 'button', class: 'title', on: { click: toggle } })),
    element('p', { class: 'byline' }),
  );
}

function updateHit(item, hit, { records }) {
  const isOpen = records.has(hit.id);
  const title = item.querySelector('.title');
  setText(title, hit.title);
  setAttribute(title, 'aria-expanded', String(isOpen));
  const held = hit.libraries === 1 ? 'in 1 library' : `in ${hit.libraries} libraries`;
  setText(
    item.querySelector('.byline'),
    [hit.author, hit.date, hit.medium, held].filter(Boolean).join(' · '),
  );
  const details = item.querySelector('.record');
  if (!isOpen) details?.remove();
  else if (details === null) item.append(recordDetails(records.get(hit.id)));
  else if (details.dataset.waiting !== undefined && records.get(hit.id) !== undefined)
    details.replaceWith(recordDetails(records.get(hit.id)));
}

function updatePager(session, merged) {
  const pager = byId('pager');
  pager.hidden = merged <= PAGE_SIZE;
  if (pager.childElementCount === 0) {
    pager.append(
      element('button', { type: 'button', class: 'quiet' }, 'Previous'),
      element('span', {}),
      element('button', { type: 'button', class: 'quiet' }, 'Next'),
    );
  }
  const [previous, text, next] = pager.children;
  const last = Math.min(merged, session.start + PAGE_SIZE);
  setText(text, `${session.start + 1}–${last} of ${merged}`);
  turns(previous, session.start > 0, () => session.turnTo(Math.max(0, session.start - PAGE_SIZE)));
  turns(next, last < merged, () => session.turnTo(session.start + PAGE_SIZE));
}

/** A button that leads nowhere keeps the focus, so it is not disabled. */
function turns(button, leads, turn) {
  setAttribute(button, 'aria-disabled', leads ? undefined : 'true');
  button.onclick = leads ? () => void turn() : undefined;
}
