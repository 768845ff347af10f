import type { Call } from '../call.ts';
import { PROLOG, writeElement } from '../documents.ts';
import type { Cluster } from '../record-list.ts';
import type { Session } from '../session.ts';
import { DEFAULT_SORT, parseSort } from '../sort-order.ts';
import { location, mergedMetadata, recidLine } from '../work-fragments.ts';
import { numberArgument } from './number-argument.ts';
import type { SessionCommand } from './session-command.ts';

/**
 * Lists records. With any `block` it waits while there are none: with `preferred` for the preferred targets, otherwise for the
 * first records of any target.
 */
export const show: SessionCommand = (call, session) => {
  const order = parseSort(call.argument('sort') ?? DEFAULT_SORT);
  if (order === undefined) return call.fail('MALFORMED_PARAMETER_VALUE', 'sort');
  session.order = order;
  const kind = waitsFor(call, session);
  if (kind !== undefined) {
    if (session.wait(kind, call, () => answer(call, session))) return;
    if (call.argument('report') === '1') return call.fail('ALREADY_BLOCKED', kind);
  }
  answer(call, session);
};

function waitsFor(call: Call, session: Session): 'show' | 'show (preferred targets)' | undefined {
  const block = call.argument('block');
  const { search } = session;
  if (block === undefined || search === undefined || search.records.size > 0) return undefined;
  if (block === 'preferred' && !search.preferredReady) return 'show (preferred targets)';
  return search.activeClients > 0 ? 'show' : undefined;
}

function answer(call: Call, session: Session): void {
  const order = parseSort(call.argument('sort') ?? DEFAULT_SORT) ?? session.order;
  const start = numberArgument(call, 'start', 0);
  const count = Math.max(0, numberArgument(call, 'num', 20));
  const clusters = session.search?.records.sorted(order) ?? [];
  const shown = start < 0 ? [] : clusters.slice(start, start + count);
  const hits = shown.map((cluster) => writeHit(cluster, session, order.key.includes('relevance')));
  const frame = writeFrame(
    session,
    { merged: clusters.length, start, num: shown.length },
    numberArgument(call, 'version', 1),
  );
  const end = '</show>';
  call.answer(`${PROLOG}${frame.slice(0, -end.length)}${hits.join('')}${end}`);
}

function writeFrame(
  session: Session,
  counts: { merged: number; start: number; num: number },
  version: number,
): string {
  const total = session.search?.clients.reduce((sum, { hits }) => sum + hits, 0) ?? 0;
  const numbers: [string, number][] = [
    ['activeclients', session.activeClients],
    ['merged', counts.merged],
    ['total', total],
    ['approximation', total],
    ['start', counts.start],
    ['num', counts.num],
  ];
  const written = numbers.filter(([name]) => name !== 'approximation' || version >= 2);
  return writeElement([
    'show',
    [['status', 'OK'], '\n', ...written.flatMap(([name, number]) => [[name, String(number)] as const, '\n'])],
  ]);
}

function writeHit(cluster: Cluster, session: Session, withRelevance: boolean): string {
  const { work, targets, relevance } = cluster;
  const locations = targets.map((target) =>
    location(work, target, { name: session.targets.name(target), full: false }),
  );
  const count = targets.length > 1 ? ` <count>${targets.length}</count>\n` : '';
  const score = withRelevance ? ` <relevance>${relevance * targets.length}</relevance>\n` : '';
  return `<hit>\n${mergedMetadata(work)}${locations.join('')}${count}${score}${recidLine(work)}</hit>\n`;
}
