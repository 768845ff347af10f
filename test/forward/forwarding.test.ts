import { describe, expect, test } from '@jest/globals';
import { BalancerError } from '../../lib/errors.ts';
import { ForwardingBench } from '../helpers/forwarding-bench.ts';
import type { CommandName } from '../helpers/forwarding-bench.ts';

const SECOND = 1000;
const NOTHING = { places: 0, waiting: 0, busy: 0, timers: 0 };

describe('a reply', () => {
  test('streams to the client', () => {
    const bench = new ForwardingBench();
    const { sink, forwarding } = bench.start('ping');
    expect(bench.exchange.request.target).toBe('/search.pz2?command=ping');
    bench.exchange.head();
    expect(sink.calls).toEqual(['head']);
    bench.exchange.data('a');
    bench.exchange.data('b');
    bench.exchange.end();
    expect(sink).toMatchObject({ calls: ['head', 'data', 'data', 'end'], body: 'ab', retries: [] });
    expect(forwarding).toMatchObject({ attempts: 1, queued: 0 });
    expect(bench.leftOver()).toEqual(NOTHING);
  });

  test('comes no faster than the client takes it', () => {
    const bench = new ForwardingBench();
    const { sink, forwarding } = bench.start('ping');
    sink.wantsMore = false;
    expect(bench.exchange.head().data('a')).toBe(false);
    forwarding.resume();
    expect(bench.exchange.resumed).toBe(1);
  });

  test('of an error is an answer like any other', () => {
    const bench = new ForwardingBench();
    const { sink } = bench.start('search');
    bench.exchange.answer('error', 417);
    expect(sink.calls).toEqual(['head', 'data', 'end']);
  });
});

describe('a reply that is held back', () => {
  test('is handed over when it is complete', () => {
    const bench = new ForwardingBench();
    const { sink, job } = bench.start('ping');
    job.held = 100;
    bench.exchange.head().data('a');
    bench.exchange.data('b');
    expect(sink.calls).toEqual([]);
    bench.exchange.end();
    expect(sink).toMatchObject({ calls: ['complete'], body: 'ab' });
    expect(bench.leftOver()).toEqual(NOTHING);
  });

  test('streams as soon as it is longer than expected', () => {
    const bench = new ForwardingBench();
    const { sink, job } = bench.start('ping');
    job.held = 3;
    bench.exchange.head().data('ab');
    bench.exchange.data('c');
    expect(sink.calls).toEqual([]);
    bench.exchange.data('d');
    expect(sink).toMatchObject({ calls: ['head', 'data'], body: 'abcd' });
    bench.exchange.data('e');
    bench.exchange.end();
    expect(sink).toMatchObject({ calls: ['head', 'data', 'data', 'end'], body: 'abcde' });
  });

  test('is asked for again when it was cut, and nothing of it relayed', () => {
    const bench = new ForwardingBench();
    const { sink, job } = bench.start('ping');
    job.held = 100;
    bench.exchange.head().data('cut');
    bench.exchange.fail('truncated');
    bench.clock.advance(250);
    bench.exchange.answer('whole');
    expect(sink).toMatchObject({ calls: ['complete'], body: 'whole', retries: ['pz1 -> pz1: truncated'] });
  });

  test('and was cut leaves nothing to a reply that is not held back', () => {
    const bench = new ForwardingBench();
    const { sink, job } = bench.start('ping');
    job.held = 100;
    bench.exchange.head(417).data('cut');
    bench.exchange.fail('truncated');
    job.held = 0;
    bench.clock.advance(250);
    bench.exchange.answer('whole');
    expect(sink).toMatchObject({ calls: ['head', 'data', 'end'], body: 'whole' });
  });

  test('of init goes to another member when it was cut', () => {
    const bench = new ForwardingBench({ members: 2 });
    const { sink, job } = bench.start('init');
    job.held = 100;
    bench.exchange.head().data('cut');
    bench.exchange.fail('truncated');
    bench.upstream(2).transport.last.answer('whole');
    expect(sink).toMatchObject({ calls: ['complete'], body: 'whole', route: 'pz2' });
  });
});

describe('a place at the member', () => {
  test('is taken in the lane of the command', () => {
    const bench = new ForwardingBench();
    bench.start('ping');
    bench.start('show');
    expect(bench.first.quick.inFlight).toBe(1);
    expect(bench.first.blocking.inFlight).toBe(1);
  });

  test('is waited for in the order of arrival', () => {
    const bench = new ForwardingBench({ maxQuick: 1 });
    const [first, second, third] = [bench.start('ping'), bench.start('ping'), bench.start('ping')];
    expect(bench.first.transport.exchanges).toHaveLength(1);
    bench.clock.advance(40);
    bench.exchange.answer('1');
    bench.exchange.answer('2');
    bench.exchange.answer('3');
    expect([first, second, third].map(({ sink }) => sink.body)).toEqual(['1', '2', '3']);
    expect([first, second, third].map(({ forwarding }) => forwarding.queued)).toEqual([0, 40, 40]);
    expect(bench.leftOver()).toEqual(NOTHING);
  });

  test('of a ping is never behind blocked requests', () => {
    const bench = new ForwardingBench({ maxBlocking: 1 });
    bench.start('show');
    bench.start('show');
    const { sink } = bench.start('ping');
    bench.exchange.answer();
    expect(sink.calls).toEqual(['head', 'data', 'end']);
  });

  test('is waited for at most 5 s', () => {
    const bench = new ForwardingBench({ maxQuick: 1 });
    bench.start('ping');
    const { sink, forwarding } = bench.start('ping');
    bench.clock.advance(4999);
    expect(sink.calls).toEqual([]);
    bench.clock.advance(1);
    expect(sink.error?.code).toBe('QUEUE_TIMEOUT');
    expect(forwarding).toMatchObject({ attempts: 0, queued: 5000 });
  });

  test('is refused when the queue is full too', () => {
    const bench = new ForwardingBench({ maxQuick: 1, maxQueue: 1 });
    bench.start('ping');
    bench.start('ping');
    const { sink } = bench.start('ping');
    expect(sink).toMatchObject({ calls: ['refused'], error: { code: 'MEMBER_FULL' } });
  });

  test('is free during a pause', () => {
    const bench = new ForwardingBench({ maxQuick: 1 });
    const patient = bench.start('ping');
    bench.exchange.fail('refused');
    bench.start('ping');
    bench.exchange.answer();
    bench.clock.advance(250);
    bench.exchange.answer('late');
    expect(patient.sink.body).toBe('late');
  });
});

describe('a request that failed', () => {
  test('is sent again after a pause of 250 ms', () => {
    const bench = new ForwardingBench();
    const { sink, forwarding } = bench.start('ping');
    bench.exchange.fail('refused');
    bench.clock.advance(249);
    expect(bench.first.transport.exchanges).toHaveLength(1);
    bench.clock.advance(1);
    expect(bench.first.transport.exchanges).toHaveLength(2);
    bench.exchange.answer();
    expect(sink).toMatchObject({ calls: ['head', 'data', 'end'], retries: ['pz1 -> pz1: refused'] });
    expect(forwarding.attempts).toBe(2);
    expect(bench.leftOver()).toEqual(NOTHING);
  });

  test('of a blocking command asks for what is there, as a quick one', () => {
    const bench = new ForwardingBench();
    const { sink } = bench.start('show');
    expect(bench.exchange.request.target).toBe('/search.pz2?command=show&block=1');
    bench.clock.advance(60 * SECOND);
    bench.exchange.fail('empty');
    bench.clock.advance(250);
    expect(bench.exchange.request.target).toBe('/search.pz2?command=show');
    expect([bench.first.quick.inFlight, bench.first.blocking.inFlight]).toEqual([1, 0]);
    bench.exchange.answer();
    expect(sink.calls).toEqual(['head', 'data', 'end']);
    expect(bench.first.member.state.isResting(bench.clock.monotonic())).toBe(false);
  });

  test('keeps block when nobody listened', () => {
    const bench = new ForwardingBench();
    bench.start('show');
    bench.exchange.fail('refused');
    bench.clock.advance(250);
    expect(bench.exchange.request.target).toBe('/search.pz2?command=show&block=1');
  });

  test('is not sent again if it was a record that took over 5 s', () => {
    const bench = new ForwardingBench();
    const { sink } = bench.start('record');
    bench.clock.advance(5001);
    bench.exchange.fail('empty');
    expect(sink).toMatchObject({ calls: ['refused'], error: { code: 'REPLY_MISSING' } });
  });

  test('is not sent again if it was sent and changes state', () => {
    const bench = new ForwardingBench();
    const { sink, forwarding } = bench.start('search');
    bench.exchange.fail('reset');
    expect(sink.error?.code).toBe('REPLY_MISSING');
    expect(forwarding.attempts).toBe(1);
    expect(bench.first.transport.exchanges).toHaveLength(1);
    expect(bench.leftOver()).toEqual(NOTHING);
  });

  test.each([
    [true, 'SESSION_LOST'],
    [false, 'MEMBER_UNREACHABLE'],
  ])(
    'twice for want of a listener tells of a lost memory only if the member is direct (%p)',
    (direct, code) => {
      const bench = new ForwardingBench({ changes: { direct } });
      const { sink } = bench.start('search');
      bench.exchange.fail('refused');
      bench.clock.advance(250);
      bench.exchange.fail('refused');
      expect(sink).toMatchObject({ calls: ['refused'], route: 'pz1', error: { code } });
      expect(sink.error?.cause).toMatchObject({ kind: 'refused' });
    },
  );

  test('makes the member rest for new sessions', () => {
    const bench = new ForwardingBench();
    bench.start('ping');
    bench.exchange.fail('refused');
    const { state, load } = bench.first.member;
    expect(state.isResting(bench.clock.monotonic())).toBe(true);
    expect(load.failures).toBe(1);
    bench.clock.advance(250);
    bench.exchange.answer();
    expect(state.isResting(bench.clock.monotonic())).toBe(false);
  });

  test('in the middle of its reply is broken off, not sent again', () => {
    const bench = new ForwardingBench();
    const { sink } = bench.start('ping');
    bench.exchange.head().data('half');
    bench.exchange.fail('truncated');
    expect(sink).toMatchObject({
      calls: ['head', 'data', 'broken'],
      error: { code: 'REPLY_MISSING' },
      retries: [],
    });
    expect(bench.leftOver()).toEqual(NOTHING);
  });

  test('with a malformed reply is not sent again', () => {
    const bench = new ForwardingBench();
    const { sink } = bench.start('ping');
    bench.exchange.fail('malformed');
    expect(sink.error?.code).toBe('REPLY_MALFORMED');
  });
});

describe('a kept connection that was closed', () => {
  test('is no failure of the member, and a new one is taken at once', () => {
    const bench = new ForwardingBench();
    const { sink } = bench.start('ping');
    expect(bench.exchange.request.connection).toBe('kept');
    bench.exchange.fail('reset', { reused: true });
    expect(bench.exchange.request.connection).toBe('fresh');
    bench.exchange.answer();
    expect(sink.calls).toEqual(['head', 'data', 'end']);
    expect(bench.first.member.load.failures).toBe(0);
    expect(bench.first.member.state.isResting(bench.clock.monotonic())).toBe(false);
  });

  test('does not use up the attempt after a pause', () => {
    const bench = new ForwardingBench();
    const { sink } = bench.start('ping');
    bench.exchange.fail('reset', { reused: true });
    bench.exchange.fail('refused');
    bench.clock.advance(250);
    bench.exchange.answer();
    expect(sink.calls).toEqual(['head', 'data', 'end']);
    expect(bench.first.transport.exchanges).toHaveLength(3);
  });
});

describe('an init', () => {
  test('goes from one member to the next while nothing was sent', () => {
    const bench = new ForwardingBench({ members: 4 });
    const { sink } = bench.start('init');
    bench.upstream(1).transport.last.fail('refused');
    bench.upstream(2).transport.last.fail('connect-timeout');
    bench.upstream(3).transport.last.fail('name');
    bench.upstream(4).transport.last.answer();
    expect(sink).toMatchObject({
      route: 'pz4',
      retries: ['pz1 -> pz2: refused', 'pz2 -> pz3: connect-timeout', 'pz3 -> pz4: name'],
    });
    expect(bench.leftOver()).toEqual(NOTHING);
  });

  test('is refused when nobody is left', () => {
    const bench = new ForwardingBench({ members: 2 });
    const { sink } = bench.start('init');
    bench.upstream(1).transport.last.fail('refused');
    bench.upstream(2).transport.last.fail('refused');
    expect(sink.error?.code).toBe('NO_MEMBER_AVAILABLE');
  });

  test('takes down at most two members', () => {
    const bench = new ForwardingBench({ members: 4 });
    const { sink } = bench.start('init');
    bench.upstream(1).transport.last.fail('reset');
    bench.upstream(2).transport.last.fail('reset');
    expect(sink.error?.code).toBe('REPLY_MISSING');
    expect(bench.upstream(3).transport.exchanges).toEqual([]);
  });

  test('takes down one member if it configures', () => {
    const bench = new ForwardingBench({ members: 4 });
    const { sink } = bench.start('init with settings');
    bench.upstream(1).transport.last.fail('refused');
    bench.upstream(2).transport.last.fail('reset');
    expect(sink.error?.code).toBe('REPLY_MISSING');
    expect(bench.upstream(3).transport.exchanges).toEqual([]);
  });

  test('goes elsewhere when a proxy answers in the place of the member', () => {
    const bench = new ForwardingBench({ members: 2 });
    const { job, sink } = bench.start('init');
    job.turnedAwayWith = 503;
    const { exchange } = bench;
    exchange.head(503);
    expect(exchange.isAborted).toBe(true);
    bench.upstream(2).transport.last.answer();
    expect(sink).toMatchObject({ route: 'pz2', retries: ['pz1 -> pz2: turned-away'] });
    expect(bench.leftOver()).toEqual(NOTHING);
  });
});

describe('an init that proxies turn away', () => {
  test('goes to one other member, for it was sent', () => {
    const bench = new ForwardingBench({ members: 3 });
    const { job, sink } = bench.start('init');
    job.turnedAwayWith = 503;
    bench.upstream(1).transport.last.head(503);
    bench.upstream(2).transport.last.head(503);
    expect(sink).toMatchObject({ calls: ['refused'], error: { code: 'NO_MEMBER_AVAILABLE' } });
    expect(bench.upstream(3).transport.exchanges).toEqual([]);
  });
});

describe('a time limit', () => {
  test.each<[CommandName, number]>([
    ['ping', 30],
    ['show', 150],
  ])('of the head of %s is %d s', (command, seconds) => {
    const bench = new ForwardingBench();
    const { sink } = bench.start(command);
    const { exchange } = bench;
    bench.clock.advance(seconds * SECOND - 1);
    expect(sink.calls).toEqual([]);
    bench.clock.advance(1);
    expect(sink).toMatchObject({ calls: ['refused'], error: { code: 'REPLY_TIMEOUT' } });
    expect(exchange.isAborted).toBe(true);
    expect(bench.first.member.state.isResting(bench.clock.monotonic())).toBe(true);
    expect(bench.leftOver()).toEqual(NOTHING);
  });

  test('of the body breaks the reply off', () => {
    const bench = new ForwardingBench();
    const { sink } = bench.start('ping');
    bench.exchange.head().data('half');
    bench.clock.advance(60 * SECOND);
    expect(sink).toMatchObject({ calls: ['head', 'data', 'broken'], error: { code: 'BODY_TIMEOUT' } });
    expect(bench.leftOver()).toEqual(NOTHING);
  });

  test('of the body does not run while the client is slow', () => {
    const bench = new ForwardingBench();
    const { sink, forwarding } = bench.start('ping');
    sink.wantsMore = false;
    bench.exchange.head().data('half');
    bench.clock.advance(190 * SECOND);
    forwarding.resume();
    bench.exchange.end();
    expect(sink.calls).toEqual(['head', 'data', 'end']);
  });

  test('of the whole request is 200 s over all attempts', () => {
    const bench = new ForwardingBench();
    const { sink } = bench.start('show');
    bench.clock.advance(149 * SECOND);
    bench.exchange.fail('empty');
    bench.clock.advance(250);
    const { exchange } = bench;
    exchange.head();
    bench.clock.advance(200 * SECOND - bench.clock.monotonic() - 1);
    expect(sink.calls).toEqual(['head']);
    bench.clock.advance(1);
    expect(sink).toMatchObject({ calls: ['head', 'broken'], error: { code: 'REQUEST_TIMEOUT' } });
    expect(exchange.isAborted).toBe(true);
    expect(bench.leftOver()).toEqual(NOTHING);
  });

  test('of the whole request holds in the queue', () => {
    const bench = new ForwardingBench({ maxQuick: 1, requestTimeout: 1000 });
    const other = bench.start('ping');
    const { sink } = bench.start('ping');
    other.forwarding.abort();
    const third = bench.start('ping');
    bench.clock.advance(1000);
    expect(sink.error?.code).toBe('REQUEST_TIMEOUT');
    expect(third.sink.error?.code).toBe('REQUEST_TIMEOUT');
    expect(bench.leftOver()).toEqual(NOTHING);
  });

  test('of the whole request holds in a pause', () => {
    const bench = new ForwardingBench({ requestTimeout: 100 });
    const { sink } = bench.start('ping');
    bench.exchange.fail('refused');
    bench.clock.advance(100);
    expect(sink).toMatchObject({ calls: ['refused'], error: { code: 'REQUEST_TIMEOUT' } });
    bench.clock.advance(SECOND);
    expect(bench.first.transport.exchanges).toHaveLength(1);
    expect(bench.leftOver()).toEqual(NOTHING);
  });
});

describe('a client that leaves', () => {
  /** Brings a request into a phase; the exchange under way, if any, must be given up. */
  const PHASES: readonly [string, (bench: ForwardingBench) => void, CommandName][] = [
    ['before a connection is there', () => undefined, 'ping'],
    ['while the request is on its way', (bench) => bench.exchange.sent(), 'ping'],
    ['while the member holds its answer back', (bench) => bench.exchange.sent(), 'show'],
    ['in the body', (bench) => bench.exchange.head().data('x'), 'ping'],
    ['in a pause', (bench) => bench.exchange.fail('refused'), 'ping'],
    ['in a second attempt', (bench) => bench.exchange.fail('reset', { reused: true }), 'ping'],
    ['at another member', (bench) => bench.exchange.fail('refused'), 'init'],
  ];

  test.each(PHASES)('%s frees everything at once', (_, reach, command) => {
    const bench = new ForwardingBench({ members: 2 });
    const { forwarding, sink } = bench.start(command);
    reach(bench);
    const heard = [...sink.calls];
    const underWay = bench.upstreams.flatMap(({ member, transport }) =>
      member.load.busy > 0 ? [transport.last] : [],
    );
    forwarding.abort();
    expect(underWay.every(({ isAborted }) => isAborted)).toBe(true);
    expect(bench.leftOver()).toEqual(NOTHING);
    forwarding.abort();
    forwarding.resume();
    bench.clock.advance(300 * SECOND);
    expect(sink.calls).toEqual(heard);
    expect(bench.leftOver()).toEqual(NOTHING);
  });

  test('in the queue gives up its seat', () => {
    const bench = new ForwardingBench({ maxQuick: 1 });
    const first = bench.start('ping');
    const second = bench.start('ping');
    second.forwarding.abort();
    expect(bench.first.quick.waiting).toBe(0);
    bench.exchange.answer();
    expect([first.sink.calls.length, second.sink.calls.length]).toEqual([3, 0]);
    expect(bench.leftOver()).toEqual(NOTHING);
  });

  test('while its reply is held back hears nothing', () => {
    const bench = new ForwardingBench();
    const { forwarding, job, sink } = bench.start('ping');
    job.held = 100;
    bench.exchange.head().data('x');
    forwarding.abort();
    expect(bench.exchange.isAborted).toBe(true);
    expect(sink.calls).toEqual([]);
    expect(bench.leftOver()).toEqual(NOTHING);
  });

  test('lets the next one in', () => {
    const bench = new ForwardingBench({ maxQuick: 1 });
    const first = bench.start('ping');
    const second = bench.start('ping');
    first.forwarding.abort();
    bench.exchange.answer();
    expect(second.sink.calls).toEqual(['head', 'data', 'end']);
  });

  test('after the end changes nothing', () => {
    const bench = new ForwardingBench();
    const { forwarding, sink } = bench.start('ping');
    bench.exchange.answer();
    forwarding.abort();
    expect(bench.exchange.isAborted).toBe(false);
    expect(sink.calls).toEqual(['head', 'data', 'end']);
  });
});

describe('a request that cannot be written', () => {
  test.each([
    [new BalancerError('URI_TOO_LONG', 'x'), 'URI_TOO_LONG'],
    [new TypeError('a mistake'), 'INTERNAL'],
  ])('is refused: %s', (error, code) => {
    const bench = new ForwardingBench();
    const { forwarding, job, sink } = bench.prepare('ping');
    job.unwritable = error;
    forwarding.start();
    expect(sink).toMatchObject({ calls: ['refused'], error: { code } });
    expect(bench.leftOver()).toEqual(NOTHING);
  });
});
