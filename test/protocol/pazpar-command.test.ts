import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BalancerError } from '../../lib/errors.ts';
import { formatArguments } from '../../lib/protocol/arguments.ts';
import { COMMANDS } from '../../lib/protocol/commands.ts';
import { asksToBlock, parseCommand, withoutBlock } from '../../lib/protocol/pazpar-command.ts';
import type { PazparCommand } from '../../lib/protocol/pazpar-command.ts';
import { RequestArguments } from '../../lib/simulator/arguments.ts';
import { byteStrings, oddQueries } from '../helpers/byte-strings.ts';
import { outcomeOf, refusalOf } from '../helpers/refusals.ts';

function ofQuery(query: string): PazparCommand {
  return parseCommand({ query });
}

describe('parseCommand', () => {
  test('reads the command, its session and all arguments in order', () => {
    const command = ofQuery('command=show&session=1.pz1&start=0&num=20');
    expect(command).toMatchObject({ name: 'show', traits: COMMANDS.show, session: '1.pz1', xml: undefined });
    expect(formatArguments(command.args)).toBe('command=show&session=1.pz1&start=0&num=20');
  });

  test('reads a form body behind the query', () => {
    const command = parseCommand({ query: 'x=1', form: 'command=ping&session=1.pz1&x=2' });
    expect(command.name).toBe('ping');
    expect(formatArguments(command.args)).toBe('x=1&command=ping&session=1.pz1&x=2');
  });

  test('reads a form body of very many arguments', () => {
    const form = `command=search&session=1.pz1${'&a='.repeat(300_000)}`;
    expect(parseCommand({ query: '', form }).args).toHaveLength(300_002);
  });

  test.each([
    ['no command', ''],
    ['only a session', 'session=1.pz1'],
    ['another case', 'Command=ping&session=1.pz1'],
  ])('misses the command where there is %s, as Pazpar2 does', (_, query) => {
    expect(refusalOf(() => ofQuery(query))).toMatchObject({ code: 'PARAMETER_MISSING', detail: 'command' });
  });

  test.each(['nope', '', 'Ping', 'server-status', '__proto__'])(
    'does not know the command %p, as Pazpar2 does not',
    (name) => {
      const refusal = refusalOf(() => ofQuery(`command=${name}&session=1.pz1`));
      expect(refusal).toMatchObject({ code: 'PARAMETER_MALFORMED', detail: 'command', status: 417 });
    },
  );

  test.each(Object.entries(COMMANDS).filter(([, traits]) => traits.needsSession))(
    'misses the session of %s',
    (name) => {
      const refusal = refusalOf(() => ofQuery(`command=${name}`));
      expect(refusal).toMatchObject({ code: 'PARAMETER_MISSING', detail: 'session', status: 417 });
    },
  );

  test('leaves it to others whether a session value is usable', () => {
    expect(ofQuery('command=ping&session=').session).toBe('');
    expect(ofQuery('command=ping&session=abc%0A').session).toBe('abc\n');
  });

  test.each(['init', 'info', 'exit'])('takes no session of %s, not even two different ones', (name) => {
    expect(ofQuery(`command=${name}&session=1&session=2`).session).toBeUndefined();
    expect(ofQuery(`command=${name}&session=%zz`).session).toBeUndefined();
  });

  test.each([
    ['two commands', { query: 'command=ping&command=stat&session=1' }, 'two different values of command'],
    ['two sessions', { query: 'command=ping&session=1&session=2' }, 'two different values of session'],
    [
      'a command in the body that differs from the one in the query',
      { query: 'command=ping&session=1', form: 'command=exit' },
      'two different values of command',
    ],
    [
      'a session in the body that differs from the one in the query',
      { query: 'command=ping&session=1', form: 'session=2' },
      'two different values of session',
    ],
    ['a damaged command', { query: 'command=pi%g&session=1' }, 'invalid % escape in the value of command'],
    ['a damaged session', { query: 'command=ping&session=1%' }, 'invalid % escape in the value of session'],
    ['a body that would hide arguments', { query: 'command=init', form: 'a&b=1' }, 'the parameter a'],
  ])('refuses %s', (_, parts, detail) => {
    const refusal = refusalOf(() => parseCommand(parts));
    expect(refusal.code).toBe('REQUEST_AMBIGUOUS');
    expect(refusal.detail).toContain(detail);
  });

  test('accepts the same command and session twice', () => {
    const parts = { query: 'command=ping&session=1', form: 'session=1&command=ping' };
    expect(parseCommand(parts)).toMatchObject({ name: 'ping', session: '1' });
  });

  test('keeps a damaged value elsewhere', () => {
    const query = 'command=search&session=1&query=100%';
    expect(formatArguments(ofQuery(query).args)).toBe('command=search&session=1&query=100%25');
  });

  test('keeps a text/xml body that is not empty', () => {
    const xml = Buffer.from('<settings/>');
    expect(parseCommand({ query: 'command=init', xml }).xml).toBe(xml);
    expect(parseCommand({ query: 'command=init', xml: Buffer.alloc(0) }).xml).toBeUndefined();
  });

  test.each([
    ['a setting', { query: 'command=init&pz:name[x]=1' }],
    ['an encoded setting', { query: 'command=init&pz%3Aname%5Bx%5D=1' }],
    ['a setting without closing bracket', { query: 'command=init&foo[bar=1' }],
    ['a setting in a form body', { query: 'command=init', form: 'a[b]=1' }],
    ['a text/xml body', { query: 'command=init', xml: Buffer.from('<service/>') }],
  ])('finds that %s configures', (_, parts) => {
    expect(parseCommand(parts).configures).toBe(true);
  });

  test.each([
    ['a bracket in a value', { query: 'command=init&a=b[c]' }],
    ['a closing bracket alone', { query: 'command=init&a]=1' }],
    ['an empty text/xml body', { query: 'command=init', xml: Buffer.alloc(0) }],
  ])('finds that %s does not configure', (_, parts) => {
    expect(parseCommand(parts).configures).toBe(false);
  });

  test.each([
    ['command=show', true],
    ['command=show&block=1', true],
    ['command=record&id=1', true],
    ['command=termlist', false],
    ['command=termlist&block=1', true],
    ['command=termlist&block=preferred', false],
    ['command=bytarget&block=1', true],
    ['command=bytarget&block=1&block=0', false],
    ['command=ping&block=1', false],
    ['command=search&block=1', false],
  ])('knows whether %s may be held back: %p', (query, blocks) => {
    expect(ofQuery(`${query}&session=1`).blocks).toBe(blocks);
  });

  test('reads command and session of what it accepts as Pazpar2 does, and throws nothing but BalancerError', () => {
    const queries = fc.oneof(oddQueries, byteStrings, fc.constant('command=ping&session=1'));
    fc.assert(
      fc.property(queries, fc.option(queries, { nil: undefined }), (query, form) => {
        const ours = outcomeOf(() => parseCommand({ query, form }));
        if (ours instanceof BalancerError) return;
        const theirs = new RequestArguments(query, form);
        expect(ours.name).toBe(theirs.get('command'));
        expect(ours.session).toBe(ours.traits.needsSession ? theirs.get('session') : undefined);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('withoutBlock', () => {
  test('asks for what is there', () => {
    const command = withoutBlock(ofQuery('command=show&session=1&block=1&num=2&block=preferred'));
    expect(formatArguments(command.args)).toBe('command=show&session=1&num=2');
    expect(command.blocks).toBe(false);
  });

  test('makes a difference only for a command that asks to block', () => {
    expect(asksToBlock(ofQuery('command=show&session=1&block=0'))).toBe(true);
    expect(asksToBlock(ofQuery('command=show&session=1'))).toBe(false);
  });
});
