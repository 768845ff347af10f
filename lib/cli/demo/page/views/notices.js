import { byId, element } from '../dom.js';
import { serverChip } from './server-chip.js';

let shown = '';

/** Says in full what became of a session, until somebody has read it. Drawn anew only when it changes. */
export function updateNotices(session, onRetry) {
  const { letter, loss, error } = session;
  const state = [letter, loss?.session, loss?.replacement, error?.message].join('|');
  if (state === shown) return;
  shown = state;
  const notices = [
    ...(loss === undefined ? [] : [lossNotice(session, loss)]),
    ...(error === undefined ? [] : [errorNotice(session, error, onRetry)]),
  ];
  byId('notices').replaceChildren(...notices);
}

function lossNotice(session, loss) {
  const title = `Session ${session.letter} was lost`;
  return notice('loss', title, [whatWasLost(loss), whatCameNext(loss)], [dismissButton(session)]);
}

function whatWasLost({ session, route, error }) {
  return element(
    'p',
    {},
    serverChip(route),
    ' does not have it any more. The next request, ',
    element('code', {}, `${error.command} ${session}`),
    ', was answered with ',
    element('strong', {}, `${error.status} ${error.reason}, code ${error.code}`),
    ': Pazpar2’s own words, on which its clients begin anew.',
  );
}

function whatCameNext({ replacement }) {
  if (replacement === undefined) return element('p', {}, 'A new session is being asked for…');
  return element(
    'p',
    {},
    'So this page asked for a new session, got ',
    element('code', {}, replacement),
    ' and repeated the search. Sessions of other servers noticed nothing.',
  );
}

function errorNotice(session, error, onRetry) {
  const code = error.code > 0 ? `, code ${error.code}` : '';
  const status = error.status > 0 ? ` (status ${error.status}${code})` : '';
  const what = element('p', {}, `${error.message}${status}.`);
  if (session.value === undefined) {
    const next = element('p', {}, 'No server takes new sessions now. This page tries again every 2 seconds.');
    return notice('error', `Session ${session.letter} waits`, [what, next], [dismissButton(session)]);
  }
  const retry = element('button', { type: 'button', class: 'quiet', on: { click: onRetry } }, 'Try again');
  return notice('error', 'That did not work', [what], [retry, dismissButton(session)]);
}

function notice(kind, title, paragraphs, buttons) {
  return element(
    'div',
    { class: 'notice', 'data-kind': kind },
    element('h3', {}, title),
    ...paragraphs,
    element('div', { class: 'notice-buttons' }, ...buttons),
  );
}

/** The focus goes where one will want to go on. */
function dismissButton(session) {
  const dismiss = () => {
    session.dismiss();
    byId('query').focus();
  };
  return element('button', { type: 'button', class: 'quiet', on: { click: dismiss } }, 'Understood');
}
