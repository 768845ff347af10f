import { byId, element, reconcile, setText } from '../dom.js';
import { serverChip } from './server-chip.js';

/** Commands that only ask how a search goes on; there are many of them. */
const POLLS = new Set(['show', 'stat', 'termlist', 'bytarget', 'ping']);

/** The last requests of everybody, newest first. Polls of one server without anything else in between share a line. */
export function updateRequestLog(requests) {
  reconcile(byId('log'), foldPolls(requests), {
    key: ({ key }) => key,
    create: createLine,
    update: updateLine,
  });
}

function foldPolls(requests) {
  const lines = [];
  let runs = new Map();
  let since = 0;
  for (const request of requests.toReversed()) {
    if (!isPoll(request)) {
      lines.push({ key: String(request.number), request });
      runs = new Map();
      since = request.number;
      continue;
    }
    const run = runs.get(request.route) ?? {
      key: `polls ${since} ${request.route}`,
      request,
      polls: 0,
      ms: 0,
    };
    if (run.polls === 0) lines.push(run);
    runs.set(request.route, run);
    run.polls += 1;
    run.ms += request.ms;
  }
  return lines.toReversed();
}

function isPoll({ command, status }) {
  return POLLS.has(command) && status === 200;
}

function createLine({ request, polls }) {
  const { command, route, status, attempts } = request;
  return element(
    'tr',
    { 'data-polls': String(polls !== undefined), 'data-failed': String(status >= 400 || status === 0) },
    element('td', {}, polls === undefined ? element('code', {}, command ?? 'none') : ''),
    element(
      'td',
      {},
      route === undefined ? '–' : serverChip(route),
      attempts > 1 ? ` (${attempts} tries)` : '',
    ),
    element('td', {}, statusText(request)),
    element('td', { class: 'number' }),
  );
}

function updateLine(line, { request, polls, ms }) {
  if (polls !== undefined) setText(line.firstElementChild, polls === 1 ? '1 poll' : `${polls} polls`);
  const mean = polls === undefined ? request.ms : ms / polls;
  setText(line.lastElementChild, (polls > 1 ? 'ø ' : '') + mean.toFixed(mean < 10 ? 1 : 0));
}

function statusText({ status, error }) {
  if (status === 0) return 'client left';
  return error === 'SESSION_LOST' || status === 417 ? `${status} session lost` : String(status);
}
