import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { TransportFailure } from '../../lib/forward/transport.ts';
import type { BackendConnection, RawRequest } from '../helpers/scripted-backend.ts';
import {
  okReply,
  useTransportBench,
  type Sent,
  type TransportBench,
  type TransportKind,
} from './transport-bench.ts';

/** How many sequences are tried; more by FUZZ_RUNS. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);

/** What the backend does with a request. */
const FATES = {
  answer: (connection, body) => connection.write(okReply(body)),
  answerAndClose: (connection, body) => connection.end(okReply(body, 'Connection: close\r\n')),
  answerThenEnd: (connection, body) => connection.end(okReply(body)),
  answerTooMuch: (connection, body) => connection.write(`${okReply(body)}${okReply('forged')}`),
  end: (connection) => connection.end(),
  reset: (connection) => connection.reset(),
  truncate: (connection, body) => connection.end(okReply(body).slice(0, -1)),
  garble: (connection, body) => connection.write(okReply(body).replace('HTTP', 'HTPT')),
} satisfies Record<string, (connection: BackendConnection, body: string) => unknown>;

type Fate = keyof typeof FATES;

/** Failures that a fate may lead to; none where the answer is complete. */
const FAILURES: Partial<Record<Fate, string>> = {
  end: 'empty',
  reset: 'reset',
  truncate: 'truncated',
  garble: 'malformed',
};

interface Step {
  readonly fate: Fate;
  readonly connection: 'kept' | 'fresh';
  /** What the caller does when it hears of this, or at once. */
  readonly abortAt: 'nothing' | 'now' | 'sent' | 'head' | 'data';
  readonly pauses: boolean;
  /** The step before is over when this one begins. */
  readonly waits: boolean;
}

const steps = fc.array(
  fc.record<Step>({
    fate: fc.constantFrom(...(Object.keys(FATES) as Fate[]), 'answer', 'answer'),
    connection: fc.constantFrom('kept', 'kept', 'fresh'),
    abortAt: fc.constantFrom('nothing', 'nothing', 'nothing', 'nothing', 'now', 'sent', 'head', 'data'),
    pauses: fc.boolean(),
    waits: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

/** Whatever member and callers do to each other, every exchange is told the truth exactly once. */
export function describeChaos(kind: TransportKind): void {
  describe('among members and callers that do anything', () => {
    const bench = useTransportBench(kind);

    test(
      'no request goes out twice, no reply goes to another, and every exchange ends once',
      async () => {
        const property = fc.asyncProperty(steps, async (sequence) => {
          expect(await playAll(sequence, bench)).toEqual([]);
          await bench.cleanUp();
        });
        await fc.assert(property, { numRuns: RUNS });
      },
      10_000 + RUNS * 100,
    );
  });
}

/** Plays a sequence and answers what went wrong. */
async function playAll(sequence: readonly Step[], bench: TransportBench): Promise<string[]> {
  const script = (connection: BackendConnection, request: RawRequest): void => {
    const index = indexOf(request);
    FATES[sequence[index]!.fate](connection, bodyOf(index));
  };
  const backend = await bench.backend({ script });
  const transport = bench.transport(backend.url);
  const exchanges: Sent[] = [];
  let before = Promise.resolve<unknown>(undefined);
  for (const [index, step] of sequence.entries()) {
    if (step.waits) await before;
    const sent = bench.send(transport, { target: `/${index}`, connection: step.connection });
    play(step, sent);
    exchanges.push(sent);
    if (step.abortAt === 'nothing') before = Promise.all([before, sent.reply.over()]);
  }
  await before;
  await transport.close();
  const seen = backend.connections.flatMap(({ requests }) => requests.map(indexOf));
  const wrong = sequence.flatMap((step, index) =>
    wrongs(step, index, exchanges[index]!, seen.includes(index)),
  );
  if (seen.length > new Set(seen).size) wrong.push(`a request went out twice: ${seen.join()}`);
  if (transport.connections > 0) wrong.push(`${transport.connections} connections stayed open`);
  return wrong;
}

function indexOf({ head }: RawRequest): number {
  return Number(/^GET \/(\d+) /.exec(head)?.[1]);
}

function bodyOf(index: number): string {
  return `<answer to="${index}"/>`;
}

/** Behaves as the step says. */
function play(step: Step, { reply, exchange }: Sent): void {
  reply.wantsMore = !step.pauses;
  reply.onCall = (call) => {
    if (call === step.abortAt) exchange.abort();
    if (call === 'data' && step.pauses) setImmediate(() => exchange.resume());
  };
  if (step.abortAt === 'now') exchange.abort();
}

/** What is wrong with what an exchange heard; empty if nothing is. */
function wrongs(step: Step, index: number, { reply }: Sent, wasSeen: boolean): string[] {
  const { failure, calls } = reply;
  const ends = calls.filter((call) => call === 'end' || call === 'failed');
  const isSent = calls.includes('sent');
  const claims: [boolean, string][] = [
    [ends.length === 1 || (ends.length === 0 && step.abortAt !== 'nothing'), `ended ${ends.length} times`],
    [ends.length === 0 || calls.at(-1) === ends[0], 'heard something after the end'],
    [!wasSeen || isSent, 'went out without a word'],
    [failure === undefined || failure.sent === isSent, 'does not know whether it was sent'],
    [failure === undefined || isLikely(failure, step.fate, wasSeen), `failed as ${failure?.message}`],
    [!calls.includes('end') || reply.body.toString() === bodyOf(index), `got ${reply.body.toString()}`],
  ];
  return claims.filter(([holds]) => !holds).map(([, wrong]) => `exchange ${index} ${wrong}`);
}

/** A request fails by its own fate, or because it went out on a kept connection that was just ending. */
function isLikely(failure: TransportFailure, fate: Fate, wasSeen: boolean): boolean {
  if (wasSeen && failure.kind === FAILURES[fate]) return true;
  return failure.reused && !failure.received && ['empty', 'reset'].includes(failure.kind);
}
