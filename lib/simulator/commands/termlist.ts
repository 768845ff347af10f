import type { Call } from '../call.ts';
import { toByteText } from '../c-text.ts';
import type { Work } from '../catalogue.ts';
import { writeDocument, type Element } from '../documents.ts';
import type { Session } from '../session.ts';
import { numberArgument } from './number-argument.ts';
import type { SessionCommand } from './session-command.ts';

const TERMS: Readonly<Record<string, (work: Work) => readonly string[]>> = {
  author: (work) => [work.author],
  date: (work) => [work.date],
  subject: (work) => work.subjects,
};

/** Lists the most frequent terms of fields. With `block=1` it waits for news while any target is active. */
export const termlist: SessionCommand = (call, session) => {
  const report = call.argument('report');
  const status = report === 'status' || report === 'error' ? 'OK' : undefined;
  if (call.argument('block') !== '1' || session.activeClients === 0) return answer(call, session, status);
  const released = report === 'status' ? 'OK' : undefined;
  if (session.wait('termlist', call, () => answer(call, session, released))) return;
  if (report === 'error') return call.fail('ALREADY_BLOCKED', 'termlist');
  answer(call, session, report === 'status' ? 'WARNING (Already blocked on termlist)' : undefined);
};

function answer(call: Call, session: Session, status: string | undefined): void {
  const names = call.argument('name')?.split(',') ?? ['xtargets', ...Object.keys(TERMS)];
  const most = numberArgument(call, 'num', 15);
  const version = numberArgument(call, 'version', 1);
  const lists = names.flatMap((name): (string | Element)[] => [
    [
      'list',
      ['\n', ...(name === 'xtargets' ? targetTerms(session, most, version) : terms(session, name, most))],
      { name },
    ],
    '\n',
  ]);
  const head: (string | Element)[] = status === undefined ? [] : [['status', status], '\n'];
  call.answer(
    writeDocument(['termlist', [...head, ['activeclients', String(session.activeClients)], '\n', ...lists]]),
  );
}

function terms(session: Session, name: string, most: number): (string | Element)[] {
  const read = TERMS[name];
  const frequencies = new Map<string, number>();
  for (const { work, targets } of session.search?.records.values() ?? []) {
    for (const term of read?.(work) ?? [])
      frequencies.set(term, (frequencies.get(term) ?? 0) + targets.length);
  }
  const sorted = [...frequencies].sort((one, other) => other[1] - one[1]).slice(0, Math.max(0, most));
  return sorted.flatMap(([term, frequency]) => [
    [
      'term',
      [
        ['name', toByteText(term)],
        ['frequency', String(frequency)],
      ],
    ],
    '\n',
  ]);
}

/** Targets that found something, most hits first; the list is laid out otherwise than those of terms. */
function targetTerms(session: Session, most: number, version: number): (string | Element)[] {
  const clients = (session.search?.clients ?? [])
    .filter(({ hits }) => hits > 0)
    .toSorted((one, other) => other.hits - one.hits);
  return clients.slice(0, Math.max(0, most)).flatMap(({ target, hits, records, state, diagnostic }) => {
    const counts: (readonly [string, string])[] = [
      ['records', String(records)],
      ['filtered', '0'],
      ['approximation', String(hits)],
    ];
    const lines: (readonly [string, string])[] = [
      ['id', target.id],
      ['name', session.targets.name(target) || 'NO TARGET NAME'],
      ['frequency', String(hits)],
      ...(version >= 2 ? counts : []),
      ['state', state],
      ['diagnostic', String(diagnostic)],
    ];
    return [['term', ['\n', ...lines.flatMap((line) => [line, '\n'])]], '\n'];
  });
}
