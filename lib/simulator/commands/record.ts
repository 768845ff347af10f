import type { Call } from '../call.ts';
import { atoi, fromByteText, toByteText } from '../c-text.ts';
import type { Work } from '../catalogue.ts';
import { PROLOG, writeElement, type Element } from '../documents.ts';
import type { Cluster } from '../record-list.ts';
import type { Session } from '../session.ts';
import { checksum, location, mergedMetadata, recidLine } from '../work-fragments.ts';
import type { SessionCommand } from './session-command.ts';

/**
 * Shows one record in full, or with `offset` or `checksum` the raw record of one target. An id that is not known waits for
 * new records while targets are active; nothing else releases it.
 */
export const record: SessionCommand = (call, session) => showRecord(call, session);

function showRecord(call: Call, session: Session): void {
  const given = call.argument('id');
  if (given === undefined) return call.fail('MISSING_PARAMETER', 'id');
  const id = fromByteText(given);
  const clusters = session.search?.records.sorted(session.order) ?? [];
  const place = clusters.findIndex(({ recid }) => recid === id);
  const cluster = clusters[place];
  if (cluster === undefined) return waitOrFail(call, session, given);
  if (call.argument('offset') !== undefined || call.argument('checksum') !== undefined)
    return raw(call, cluster);
  call.answer(writeRecord(session, cluster, { previous: clusters[place - 1], next: clusters[place + 1] }));
}

function waitOrFail(call: Call, session: Session, id: string): void {
  const waits = session.activeClients > 0 && session.wait('record', call, () => showRecord(call, session));
  if (!waits) call.fail('RECORD_MISSING', id);
}

function writeRecord(
  session: Session,
  cluster: Cluster,
  neighbours: { previous?: Cluster | undefined; next?: Cluster | undefined },
): string {
  const { work, targets } = cluster;
  const lines: [string, string | undefined][] = [
    ['prevrecid', neighbours.previous?.recid],
    ['nextrecid', neighbours.next?.recid],
    ['activeclients', String(session.activeClients)],
  ];
  const head = lines.flatMap(([name, text]) =>
    text === undefined ? [] : [` ${writeElement([name, toByteText(text)])}\n`],
  );
  const locations = targets.map((target) =>
    location(work, target, { name: session.targets.name(target), full: true }),
  );
  return `${PROLOG}<record>\n${recidLine(work)}${head.join('')}${mergedMetadata(work)}${locations.join('')}</record>`;
}

function raw(call: Call, { work, targets }: Cluster): void {
  const wanted = call.argument('checksum');
  const offset = Math.max(0, atoi(call.argument('offset') ?? '0'));
  const known =
    wanted === undefined
      ? targets[offset] !== undefined
      : targets.some((target) => checksum(work, target) === Number(wanted));
  if (!known)
    return call.fail('RECORD_FAILED', wanted === undefined ? 'no record at offset given' : 'no record');
  const binary = call.argument('binary');
  const isBinary = binary !== undefined && !binary.startsWith('0');
  call.answer(writeMarc(work), isBinary ? 'application/octet-stream' : undefined);
}

/** The record as its target holds it: MARCXML, without prolog. */
function writeMarc(work: Work): string {
  return writeElement([
    'record',
    [
      ['controlfield', work.id, { tag: '001' }],
      field('100', work.author),
      field('245', work.title),
      field('260', work.publisher),
      ...work.subjects.map((subject) => field('650', subject)),
    ],
    { xmlns: 'http://www.loc.gov/MARC21/slim' },
  ]);
}

function field(tag: string, text: string): Element {
  return ['datafield', [['subfield', toByteText(text), { code: 'a' }]], { tag, ind1: ' ', ind2: ' ' }];
}
