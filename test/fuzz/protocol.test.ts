import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BalancerError } from '../../lib/errors.ts';
import { canonicalRequest } from '../../lib/protocol/canonical-request.ts';
import { readInitReply } from '../../lib/protocol/init-reply.ts';
import { parseCommand } from '../../lib/protocol/pazpar-command.ts';
import type { PazparCommand, RequestParts } from '../../lib/protocol/pazpar-command.ts';
import { POLICY_PRESETS } from '../../lib/protocol/policy-presets.ts';
import { violation } from '../../lib/protocol/policy.ts';
import { RequestArguments } from '../../lib/simulator/arguments.ts';
import { readRequest, requestLength } from '../../lib/simulator/http-reader.ts';
import { InputQueue } from '../../lib/simulator/input-queue.ts';
import { formatSessionValue, parseSessionValue } from '../../lib/sticky/session-value.ts';
import { oddQueries } from '../helpers/byte-strings.ts';
import { initDocument } from '../helpers/pazpar-bytes.ts';
import { requestBytes } from '../helpers/request-bytes.ts';

/** How many cases each property is tried with; `npm run fuzz` sets a million. */
const RUNS = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 2000) };
const TIMEOUT = 3_600_000;
const HOST = 'pz2.example:9004';

/** Requests that are made of commands, sessions, settings and what parsers disagree about. */
const plausibleTokens = fc.constantFrom(
  'command=init',
  'command=ping',
  'command=show',
  'command=settings',
  'command=bytarget',
  'command=record',
  'session=7.pz1',
  'session=7',
  'session=8.pz2',
  'session=',
  'block=1',
  'settings=1',
  'num=20',
  'num=+1e9',
  'query=a+b%26c',
  'pz:allow[x]=1',
  'pz:url%5Bx=1',
  'p%7A%3Axslt%5b*%5d=%3C',
  'service=a',
);
const plausibleQueries = fc
  .array(fc.oneof({ weight: 5, arbitrary: plausibleTokens }, { weight: 1, arbitrary: oddQueries }), {
    maxLength: 8,
  })
  .map((tokens) => tokens.join('&'));
const queries = fc.oneof({ weight: 2, arbitrary: plausibleQueries }, { weight: 1, arbitrary: oddQueries });
const requests: fc.Arbitrary<RequestParts> = fc.record({
  query: queries,
  form: fc.option(queries, { nil: undefined }),
  xml: fc.option(fc.constant(Buffer.from('<service/>')), { nil: undefined, freq: 9 }),
});

function read(parts: RequestParts): PazparCommand | undefined {
  try {
    return parseCommand(parts);
  } catch (error) {
    if (error instanceof BalancerError) return undefined;
    throw error;
  }
}

/** What the public policy lets through, decided over what Pazpar2 itself understands. */
function pazpar2Allows(args: RequestArguments, xml: boolean): boolean {
  const command = args.get('command') ?? '';
  const names = args.lastFirst().map(({ name }) => name);
  if (xml || names.some((name) => name.includes('['))) return false;
  if (command === 'bytarget' && !['', '0'].includes(args.get('settings') ?? '')) return false;
  return POLICY_PRESETS.public.commands.has(command as PazparCommand['name']);
}

describe('any request', () => {
  test(
    'is refused with an error of ours, or reaches Pazpar2 as exactly one request with the same meaning',
    () => {
      fc.assert(
        fc.property(requests, (parts) => {
          const command = read(parts);
          if (command === undefined) return;
          const number = command.session === undefined ? undefined : '7';
          const request = canonicalRequest(command, {
            path: '/search.pz2',
            host: HOST,
            number,
            forwardedFor: '',
          });
          const bytes = requestBytes(request, HOST, 'close');
          const queue = new InputQueue();
          queue.push(bytes);
          expect(requestLength(queue)).toBe(bytes.length);
          const understood = readRequest(bytes);
          if ('malformed' in understood) throw new Error(understood.head);
          const [, query = ''] = request.target.split('?');
          const isForm = request.method === 'POST' && command.xml === undefined;
          const args = new RequestArguments(query, isForm ? request.body?.toString('latin1') : undefined);
          expect(args.get('command')).toBe(command.name);
          expect(args.get('session')).toBe(number);
          const others = command.args.filter(
            ({ name }) =>
              name !== 'command' && name !== 'session' && !(command.name === 'info' && name === 'member'),
          );
          const sent = args.lastFirst().toReversed();
          expect(sent.filter(({ name }) => name !== 'command' && name !== 'session')).toEqual(
            others.map(({ name, value }) => ({ name, value })),
          );
        }),
        RUNS,
      );
    },
    TIMEOUT,
  );

  test(
    'is judged by the policy as what Pazpar2 itself would make of it',
    () => {
      fc.assert(
        fc.property(requests, (parts) => {
          const command = read(parts);
          if (command === undefined) return;
          const raw = new RequestArguments(parts.query, parts.form);
          expect(raw.get('command')).toBe(command.name);
          const refused = violation(command, POLICY_PRESETS.public);
          // Amounts are ours: Pazpar2 has no limits of its own.
          const isAmount = refused !== undefined && /^(num above|a query of|more than)/.test(refused);
          const agrees = (refused === undefined) === pazpar2Allows(raw, command.xml !== undefined);
          expect(isAmount || agrees).toBe(true);
        }),
        RUNS,
      );
    },
    TIMEOUT,
  );
});

test(
  'any session value is refused, or has exactly one spelling',
  () => {
    const values = fc.oneof(
      fc.string({ maxLength: 90 }),
      fc.stringMatching(/^[0-9+ -]{0,12}[A-Za-z0-9_~.-]{0,30}$/),
    );
    fc.assert(
      fc.property(values, (value) => {
        const parsed = parseSessionValue(value);
        expect(parsed === undefined ? value : formatSessionValue(parsed)).toBe(value);
      }),
      RUNS,
    );
  },
  TIMEOUT,
);

test(
  'any damaged init reply is left alone, or only its session text is replaced',
  () => {
    const document = initDocument('36858113.pz1');
    const damage = fc.record({
      at: fc.nat(document.length),
      remove: fc.nat(12),
      insert: fc.oneof(
        fc.string({ maxLength: 8 }),
        fc.constantFrom('<session>1</session>', '<!--', ']]>', '<a/>', '&#49;'),
      ),
    });
    fc.assert(
      fc.property(fc.array(damage, { maxLength: 3 }), (damages) => {
        const damaged = damages.reduce(
          (text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove),
          document,
        );
        const body = Buffer.from(damaged, 'utf8');
        const init = readInitReply(body);
        if (init === undefined) return;
        const rewritten = init.withSession('1.pz9').toString('latin1');
        const [before, ...after] = rewritten.split('1.pz9');
        expect(body.toString('latin1').startsWith(before ?? '')).toBe(true);
        expect(body.toString('latin1').endsWith(after.join('1.pz9'))).toBe(true);
        expect(init.number).toMatch(/^[0-9]{1,10}$/);
      }),
      RUNS,
    );
  },
  TIMEOUT,
);
