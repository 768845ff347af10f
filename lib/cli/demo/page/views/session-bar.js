import { byId, element, reconcile, setAttribute, setText } from '../dom.js';
import { serverChip, sessionChip, updateServerChip } from './server-chip.js';

/** The page's sessions, one button each. */
export function updateSessionBar(sessions, current, onChoose) {
  reconcile(byId('sessions'), sessions, {
    key: ({ letter }) => letter,
    create: (session) => createTab(session, onChoose),
    update: (item, session) => updateTab(item.firstElementChild, session, session === current),
  });
  updateLine(byId('session-line'), current);
}

function createTab(session, onChoose) {
  const choose = () => onChoose(session);
  return element(
    'li',
    {},
    element(
      'button',
      { type: 'button', class: 'session-tab', on: { click: choose } },
      `Session ${session.letter}`,
      serverChip(session.route),
    ),
  );
}

function updateTab(tab, session, isCurrent) {
  setAttribute(tab, 'aria-current', isCurrent ? 'true' : undefined);
  updateServerChip(tab.lastElementChild, session.route === '' ? '…' : session.route);
}

function updateLine(line, { letter, value, route }) {
  if (line.dataset.value === `${letter} ${value}`) return;
  line.dataset.value = `${letter} ${value}`;
  if (value === undefined) {
    setText(line, 'Waiting for a server that takes the session…');
    return;
  }
  line.replaceChildren(
    sessionChip({ letter, route }),
    ' sends ',
    element('code', {}, value.slice(0, value.length - route.length), serverChip(route)),
    ' with every request; the part after the dot names its server.',
  );
}
