import type { Call } from '../call.ts';
import { toByteText } from '../c-text.ts';
import { writeDocument, type Element } from '../documents.ts';
import { words } from '../query.ts';
import type { TargetClient } from '../search.ts';
import type { Session } from '../session.ts';
import { numberArgument } from './number-argument.ts';
import type { SessionCommand } from './session-command.ts';

/** Tells where each target stands. With `block=1` it waits for news while any target is active. */
export const bytarget: SessionCommand = (call, session) => {
  if (call.argument('block') !== '1' || session.activeClients === 0) return answer(call, session, 'OK');
  if (session.wait('bytarget', call, () => answer(call, session, 'OK'))) return;
  const report = call.argument('report');
  if (report === 'error') return call.fail('ALREADY_BLOCKED', 'bytarget');
  answer(call, session, report === 'status' ? 'WARNING (Already blocked on bytarget)' : 'OK');
};

function answer(call: Call, session: Session, status: string): void {
  const targets = (session.search?.clients ?? []).flatMap((client): (string | Element)[] => [
    '\n',
    [
      'target',
      lines(call, session, client)
        .flatMap((line, index) => (index === 0 ? [line] : ['\n', line]))
        .concat('\n'),
    ],
  ]);
  call.answer(writeDocument(['bytarget', [['status', status], ...targets]]));
}

function lines(call: Call, session: Session, client: TargetClient): Element[] {
  const { target, hits, records, state, diagnostic } = client;
  const name = session.targets.name(target);
  return [
    ['id', target.id],
    ...(name === '' ? [] : [['name', name] as const]),
    ['hits', String(hits)],
    ['diagnostic', String(diagnostic)],
    ...(diagnostic === 0 ? [] : [['addinfo', ''] as const]),
    ['records', String(records)],
    ['filtered', '0'],
    ...(numberArgument(call, 'version', 1) >= 2 ? [['approximation', String(hits)] as const] : []),
    ['state', state],
    ...(call.argument('settings')?.startsWith('1') === true ? [settings(session, client)] : []),
    ['query_type', 'pqf'],
    ['query_data', toByteText(prefixQuery(session.search?.text ?? ''))],
  ];
}

/** Every setting with its value, passwords included: Pazpar2 hides nothing. */
function settings(session: Session, { target }: TargetClient): Element {
  const sets = [...session.targets.settings(target)].flatMap(([name, value]): (string | Element)[] => [
    ['set', '', { name, value }],
    '\n',
  ]);
  return ['settings', ['\n', ...sets]];
}

/** The query as a target would get it, a word a term. */
function prefixQuery(query: string): string {
  const terms = words(query).map((word) => `@attr 1=1016 ${word} `);
  return '@and '.repeat(Math.max(0, terms.length - 1)) + terms.join('');
}
