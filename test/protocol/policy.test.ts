import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../lib/protocol/commands.ts';
import { parseCommand } from '../../lib/protocol/pazpar-command.ts';
import type { RequestParts } from '../../lib/protocol/pazpar-command.ts';
import { POLICY_PRESETS } from '../../lib/protocol/policy-presets.ts';
import type { PolicyPreset } from '../../lib/protocol/policy-presets.ts';
import { enforcePolicy } from '../../lib/protocol/policy.ts';
import { refusalOf } from '../helpers/refusals.ts';

function enforce(parts: RequestParts, policy: PolicyPreset): void {
  enforcePolicy(parseCommand(parts), POLICY_PRESETS[policy], () => undefined);
}

const XML = Buffer.from('<settings/>');

/** What strangers must not do, and what the refusal names. */
const REFUSED_IN_PUBLIC: readonly [string, RequestParts, string][] = [
  ['info', { query: 'command=info' }, 'the command info'],
  ['service', { query: 'command=service&session=1' }, 'the command service'],
  ['session-status', { query: 'command=session-status&session=1' }, 'the command session-status'],
  ['settings', { query: 'command=settings&session=1' }, 'the command settings'],
  ['settings in a form body', { query: '', form: 'command=settings&session=1' }, 'the command settings'],
  ['a text/xml body of init', { query: 'command=init', xml: XML }, 'a text/xml body'],
  ['a text/xml body of search', { query: 'command=search&session=1', xml: XML }, 'a text/xml body'],
  ['a setting on init', { query: 'command=init&pz:url[x]=secret' }, 'the setting pz:url[x]'],
  ['an encoded setting', { query: 'command=init&pz%3Aurl%5bx%5d=secret' }, 'the setting pz:url[x]'],
  ['a setting without closing bracket', { query: 'command=init&foo[bar=secret' }, 'the setting foo[bar'],
  ['a lone bracket', { query: 'command=init&[=secret' }, 'the setting ['],
  ['a setting in a form body', { query: 'command=init', form: 'a[b]=secret' }, 'the setting a[b]'],
  ['a setting on another command', { query: 'command=show&session=1&a[b]=secret' }, 'the setting a[b]'],
  ['bytarget with settings', { query: 'command=bytarget&session=1&settings=1' }, 'bytarget with settings'],
  [
    'bytarget with settings that begin with 1',
    { query: 'command=bytarget&session=1&settings=1x' },
    'bytarget with settings',
  ],
  [
    'bytarget with settings in a form body',
    { query: 'command=bytarget&session=1', form: 's%65ttings=1' },
    'bytarget with settings',
  ],
  [
    'bytarget with settings hidden behind a 0',
    { query: 'command=bytarget&session=1&settings=1&settings=0' },
    'bytarget with settings',
  ],
];

describe('the policy public', () => {
  test.each(REFUSED_IN_PUBLIC)('refuses %s', (_, parts, what) => {
    const refusal = refusalOf(() => enforce(parts, 'public'));
    expect(refusal).toMatchObject({ code: 'REQUEST_REFUSED', status: 403, detail: what });
    expect(refusal.message).not.toContain('secret');
  });

  test.each([
    'command=init',
    'command=init&clear=1&service=default',
    'command=ping&session=1',
    'command=search&session=1&query=a%5Bb%5D&filter=pz:id=x[1]',
    'command=stat&session=1',
    'command=show&session=1&block=1&settings=1',
    'command=termlist&session=1&name=author',
    'command=bytarget&session=1',
    'command=bytarget&session=1&settings=0',
    'command=bytarget&session=1&settings=',
    'command=record&session=1&id=x',
    'command=stop&session=1',
  ])('lets %s pass', (query) => {
    expect(() => enforce({ query }, 'public')).not.toThrow();
  });

  test('lets a form body pass', () => {
    expect(() => enforce({ query: '', form: 'command=search&session=1&query=x' }, 'public')).not.toThrow();
  });
});

describe('the policy trusted', () => {
  test.each(REFUSED_IN_PUBLIC)('lets %s pass', (_, parts) => {
    expect(() => enforce(parts, 'trusted')).not.toThrow();
  });
});

test.each<PolicyPreset>(['public', 'trusted'])('exit is refused under %s', (policy) => {
  const refusal = refusalOf(() => enforce({ query: 'command=exit' }, policy));
  expect(refusal).toMatchObject({ code: 'REQUEST_REFUSED', detail: 'the command exit' });
});

test.each(Object.entries(COMMANDS))('the table decides about the command %s', (name, traits) => {
  const passes = (policy: PolicyPreset): boolean => {
    try {
      enforce({ query: `command=${name}&session=1` }, policy);
      return true;
    } catch {
      return false;
    }
  };
  expect(passes('public')).toBe(traits.public);
  expect(passes('trusted')).toBe(traits.trusted);
});
