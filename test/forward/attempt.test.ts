import { describe, expect, test } from '@jest/globals';
import { Attempt } from '../../lib/forward/attempt.ts';
import type { AttemptListener } from '../../lib/forward/attempt.ts';
import type { TransportFailure, UpstreamRequest } from '../../lib/forward/transport.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { DEFAULT_LIMITS, playedUpstream } from '../helpers/forwarding-bench.ts';

const SECOND = 1000;

const REQUEST: UpstreamRequest = {
  method: 'POST',
  target: '/search.pz2?command=ping',
  headers: [],
  body: Buffer.from('12345'),
  connection: 'kept',
};

/** Writes down what it hears. */
class Listener implements AttemptListener {
  readonly heard: string[] = [];
  failure: TransportFailure | undefined;
  wantsMore = true;

  head(): void {
    this.heard.push('head');
  }

  data(chunk: Buffer): boolean {
    this.heard.push(`data ${chunk.toString()}`);
    return this.wantsMore;
  }

  end(): void {
    this.heard.push('end');
  }

  failed(failure: TransportFailure): void {
    this.failure = failure;
    this.heard.push(`failed ${failure.kind}`);
  }
}

/** An attempt under way. */
function startAttempt({ blocks = false } = {}) {
  const clock = new FakeClock(0);
  const upstream = playedUpstream('pz1', { clock });
  const listener = new Listener();
  const attempt = new Attempt(upstream, REQUEST, { listener, settings: DEFAULT_LIMITS, clock, blocks });
  return { clock, attempt, listener, member: upstream.member, exchange: upstream.transport.last };
}

describe('an attempt', () => {
  test('passes on what the transport says', () => {
    const { exchange, listener } = startAttempt();
    exchange.head().data('a');
    exchange.data('b');
    exchange.end();
    expect(exchange.request).toBe(REQUEST);
    expect(listener.heard).toEqual(['head', 'data a', 'data b', 'end']);
  });

  test('passes on why the transport failed', () => {
    const { exchange, listener } = startAttempt();
    exchange.fail('reset', { reused: true });
    expect(listener.failure).toMatchObject({ kind: 'reset', sent: true, received: false, reused: true });
  });

  test('counts as one request in flight until it ended', () => {
    const { exchange, member } = startAttempt();
    expect(member.load.snapshot()).toMatchObject({ busy: 1, requests: 1, bytesSent: 47, bytesReceived: 0 });
    exchange.head().data('123');
    exchange.data('4567');
    const received = 'HTTP/1.1 200 as the test says'.length + '1234567'.length;
    expect(member.load).toMatchObject({ busy: 1, bytesReceived: received });
    exchange.end();
    expect(member.load).toMatchObject({ busy: 0, requests: 1 });
  });

  test('counts no longer when it failed, was aborted or took too long', () => {
    const failed = startAttempt();
    failed.exchange.fail('refused');
    const aborted = startAttempt();
    aborted.attempt.abort();
    const late = startAttempt();
    late.clock.advance(30 * SECOND);
    expect([failed, aborted, late].map(({ member }) => member.load.busy)).toEqual([0, 0, 0]);
  });

  test('counts no longer when the transport takes the request for none', () => {
    const clock = new FakeClock();
    const upstream = playedUpstream('pz1', { clock });
    upstream.transport.send = () => {
      throw new TypeError('request is not canonical');
    };
    const options = { listener: new Listener(), settings: DEFAULT_LIMITS, clock, blocks: false };
    expect(() => new Attempt(upstream, REQUEST, options)).toThrow('request is not canonical');
    expect(upstream.member.load.busy).toBe(0);
    expect(clock.running).toBe(0);
  });

  test('leaves no timer behind', () => {
    const ended = startAttempt();
    ended.exchange.answer();
    const failed = startAttempt();
    failed.exchange.fail('empty');
    const aborted = startAttempt();
    aborted.exchange.head();
    aborted.attempt.abort();
    expect([ended, failed, aborted].map(({ clock }) => clock.running)).toEqual([0, 0, 0]);
  });
});

describe('an aborted attempt', () => {
  test('closes the connection and says nothing more', () => {
    const { attempt, exchange, listener, clock } = startAttempt();
    exchange.head();
    attempt.abort();
    attempt.abort();
    attempt.resume();
    clock.advance(300 * SECOND);
    expect(exchange).toMatchObject({ isAborted: true, resumed: 0 });
    expect(listener.heard).toEqual(['head']);
  });

  test('does nothing when it was over', () => {
    const { attempt, exchange } = startAttempt();
    exchange.answer();
    attempt.abort();
    expect(exchange.isAborted).toBe(false);
  });
});

describe('the time to the head of the reply', () => {
  test.each([
    [false, 30],
    [true, 150],
  ])('for a command that may block (%p) is %d s', (blocks, seconds) => {
    const { clock, exchange, listener } = startAttempt({ blocks });
    exchange.sent();
    clock.advance(seconds * SECOND - 1);
    expect(listener.heard).toEqual([]);
    clock.advance(1);
    expect(listener.heard).toEqual(['failed head-timeout']);
    expect(listener.failure).toMatchObject({ sent: true, received: false });
    expect(exchange.isAborted).toBe(true);
  });

  test('ends in the knowledge whether anything was sent', () => {
    const { clock, listener } = startAttempt();
    clock.advance(30 * SECOND);
    expect(listener.failure).toMatchObject({ kind: 'head-timeout', sent: false });
  });

  test('is over with the head', () => {
    const { clock, exchange, listener } = startAttempt();
    clock.advance(29 * SECOND);
    exchange.head();
    clock.advance(59 * SECOND);
    expect(listener.heard).toEqual(['head']);
  });
});

describe('the time between pieces of the body', () => {
  test('is 60 s from the head to the first piece', () => {
    const { clock, exchange, listener } = startAttempt();
    exchange.head();
    clock.advance(60 * SECOND);
    expect(listener.failure).toMatchObject({ kind: 'idle-timeout', sent: true, received: true });
    expect(exchange.isAborted).toBe(true);
  });

  test('begins anew with every piece', () => {
    const { clock, exchange, listener } = startAttempt();
    exchange.head();
    for (let piece = 0; piece < 5; piece++) {
      clock.advance(59 * SECOND);
      exchange.data('x');
    }
    expect(listener.failure).toBeUndefined();
    clock.advance(60 * SECOND);
    expect(listener.failure?.kind).toBe('idle-timeout');
  });

  test('does not pass while the client is slow', () => {
    const { attempt, clock, exchange, listener } = startAttempt();
    listener.wantsMore = false;
    expect(exchange.head().data('x')).toBe(false);
    clock.advance(3600 * SECOND);
    expect(listener.failure).toBeUndefined();
    attempt.resume();
    attempt.resume();
    expect(exchange.resumed).toBe(1);
    clock.advance(59 * SECOND);
    expect(listener.failure).toBeUndefined();
    clock.advance(SECOND);
    expect(listener.failure?.kind).toBe('idle-timeout');
  });

  test('is no matter any more for an attempt that was given up while the client was slow', () => {
    const { attempt, clock, exchange, listener } = startAttempt();
    listener.wantsMore = false;
    exchange.head().data('x');
    attempt.abort();
    attempt.resume();
    expect(exchange.resumed).toBe(0);
    expect(clock.running).toBe(0);
  });

  test('goes on when an attempt is resumed that did not wait', () => {
    const { attempt, clock, exchange, listener } = startAttempt();
    exchange.head().data('x');
    clock.advance(59 * SECOND);
    attempt.resume();
    expect(exchange.resumed).toBe(0);
    clock.advance(SECOND);
    expect(listener.failure?.kind).toBe('idle-timeout');
  });
});

describe('an answer', () => {
  test('ends the rest of a member that failed before it was asked', () => {
    const clock = new FakeClock(0);
    const upstream = playedUpstream('pz1', { clock });
    upstream.member.state.failed(clock.monotonic(), 60 * SECOND);
    clock.advance(1);
    const options = { listener: new Listener(), settings: DEFAULT_LIMITS, clock, blocks: false };
    expect(new Attempt(upstream, REQUEST, options).startedAt).toBe(1);
    upstream.transport.last.head();
    expect(upstream.member.state.isResting(clock.monotonic())).toBe(false);
  });

  test('proves nothing about a member that failed after it was asked', () => {
    const { clock, exchange, member } = startAttempt();
    clock.advance(1);
    member.state.failed(clock.monotonic(), 60 * SECOND);
    exchange.head();
    expect(member.state.isResting(clock.monotonic())).toBe(true);
  });
});
