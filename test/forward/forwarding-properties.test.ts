import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FailureKind } from '../../lib/forward/transport.ts';
import { FAILURE_KINDS } from '../helpers/failed-attempts.ts';
import { ForwardingBench, TRAITS } from '../helpers/forwarding-bench.ts';
import type { CommandName, PlayedForwarding } from '../helpers/forwarding-bench.ts';
import type { ScriptedExchange } from '../helpers/scripted-transport.ts';

const LIMITS = { maxQuick: 2, maxBlocking: 2, maxQueue: 2 };
const LAST_CALLS = new Set(['end', 'complete', 'refused', 'broken']);

/** Kinds that a transport reports while nothing of the reply has come. */
const BEFORE_REPLY = FAILURE_KINDS.filter(
  (kind) => !['truncated', 'head-timeout', 'idle-timeout', 'turned-away', 'framing'].includes(kind),
);

/** Requests to three members, of which some were aborted, and everything that was ever sent. */
class Traffic {
  readonly bench: ForwardingBench = new ForwardingBench({ members: 3, ...LIMITS });
  readonly requests: (PlayedForwarding & { readonly command: CommandName })[] = [];
  readonly aborted = new Set<PlayedForwarding>();

  start(command: CommandName, held: number, wantsMore: boolean): void {
    const played = this.bench.prepare(command);
    played.job.held = held;
    played.sink.wantsMore = wantsMore;
    this.requests.push({ ...played, command });
    played.forwarding.start();
  }

  /** Plays the member in one of the exchanges that are under way. */
  play(which: number, act: (exchange: ScriptedExchange) => void): void {
    const running = this.bench.upstreams.flatMap(({ transport }) =>
      transport.exchanges.filter((exchange) => !exchange.isOver),
    );
    const exchange = running[which % Math.max(1, running.length)];
    if (exchange !== undefined) act(exchange);
  }

  request(which: number, act: (request: PlayedForwarding) => void): void {
    const request = this.requests[which % Math.max(1, this.requests.length)];
    if (request !== undefined) act(request);
  }
}

type Step = (traffic: Traffic) => void;

const which = fc.nat(20);
const commands = fc.constantFrom(...(Object.keys(TRAITS) as CommandName[]));

function fail(exchange: ScriptedExchange, kind: FailureKind, reused: boolean): void {
  if (exchange.isReplying) exchange.fail('truncated');
  else exchange.fail(kind, { reused });
}

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(commands, fc.constantFrom(0, 0, 3), fc.boolean()).map(
      ([command, held, wantsMore]): Step =>
        (traffic) =>
          traffic.start(command, held, wantsMore),
    ),
  },
  {
    weight: 4,
    arbitrary: which.map(
      (n): Step =>
        (traffic) =>
          traffic.play(n, (exchange) => exchange.goOn()),
    ),
  },
  {
    weight: 2,
    arbitrary: which.map(
      (n): Step =>
        (traffic) =>
          traffic.play(n, (exchange) => exchange.finish()),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(which, fc.constantFrom(...BEFORE_REPLY), fc.boolean()).map(
      ([n, kind, reused]): Step =>
        (traffic) =>
          traffic.play(n, (exchange) => fail(exchange, kind, reused)),
    ),
  },
  {
    weight: 1,
    arbitrary: which.map(
      (n): Step =>
        (traffic) =>
          traffic.request(n, (request) => {
            if (!request.sink.calls.some((call) => LAST_CALLS.has(call))) traffic.aborted.add(request);
            request.forwarding.abort();
          }),
    ),
  },
  {
    weight: 1,
    arbitrary: which.map(
      (n): Step =>
        (traffic) =>
          traffic.request(n, ({ forwarding }) => forwarding.resume()),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(0, 1, 249, 250, 1000, 5000, 30_000, 60_000).map(
      (time): Step =>
        (traffic) =>
          traffic.bench.clock.advance(time),
    ),
  },
);

test('whatever happens, every request ends once, and nothing stays behind', () => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 80 }), (script) => {
      const traffic = new Traffic();
      for (const step of script) {
        step(traffic);
        for (const { quick, blocking } of traffic.bench.upstreams) {
          expect(quick.inFlight).toBeLessThanOrEqual(LIMITS.maxQuick);
          expect(blocking.inFlight).toBeLessThanOrEqual(LIMITS.maxBlocking);
        }
      }
      traffic.bench.clock.advance(1_000_000);
      expect(traffic.bench.leftOver()).toEqual({ places: 0, waiting: 0, busy: 0, timers: 0 });
      for (const request of traffic.requests) {
        const { calls } = request.sink;
        const ends = calls.filter((call) => LAST_CALLS.has(call));
        expect(ends).toHaveLength(traffic.aborted.has(request) ? 0 : 1);
        expect(ends).toEqual(calls.slice(calls.length - ends.length));
        expect(calls.indexOf('head')).toBeLessThanOrEqual(0);
      }
    }),
    { numRuns: 500 },
  );
});
