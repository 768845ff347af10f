import { fromByteText } from '../c-text.ts';
import type { Call } from '../call.ts';
import { statusDocument } from '../documents.ts';
import { exploitedTarget } from '../exploited-target.ts';
import { parseLimit } from '../limit.ts';
import { parseQuery, type Query } from '../query.ts';
import { DEFAULT_SORT, parseSort } from '../sort-order.ts';
import type { SessionCommand } from './session-command.ts';

const STARTED = statusDocument('search');
const STOPPED = statusDocument('stop');

/** Begins a search and answers at once. */
export const search: SessionCommand = (call, session, { settings, behaviour }) => {
  const given = call.argument('query');
  if (given === undefined) return call.fail('MISSING_PARAMETER', 'query');
  const text = fromByteText(given);
  if (text === undefined) return call.fail('MALFORMED_PARAMETER_ENCODING', 'query');
  if (parseSort(call.argument('sort') ?? DEFAULT_SORT) === undefined) {
    return call.fail('MALFORMED_PARAMETER_VALUE', 'sort');
  }
  const targets = session.targets.select(call.argument('filter'));
  if (targets.length === 0) return call.fail('NO_TARGETS');
  const query = limitedQuery(call, text);
  if (query === undefined) return;
  const searched = targets.map((target) =>
    exploitedTarget(target, session.targets.settings(target), settings.weaknesses),
  );
  session.begin({ text, query, targets: searched, latency: behaviour.latency }, settings);
  call.answer(STARTED);
};

/** Ends the search of the session. */
export const stop: SessionCommand = (call, session) => {
  session.stop();
  call.answer(STOPPED);
};

/** The query within the limit, undefined when the call has failed. */
function limitedQuery(call: Call, text: string): Query | undefined {
  const limit = readLimit(call.argument('limit'));
  if (limit === undefined) return refuse(call, 'limit');
  const query = parseQuery(text);
  if (typeof query !== 'function') return refuse(call, `query: ${query.problem}`);
  return (work) => query(work) && limit(work);
}

function readLimit(given: string | undefined): Query | undefined {
  if (given === undefined) return () => true;
  const text = fromByteText(given);
  return text === undefined ? undefined : parseLimit(text);
}

function refuse(call: Call, detail: string): undefined {
  call.fail('MALFORMED_PARAMETER_VALUE', detail);
}
