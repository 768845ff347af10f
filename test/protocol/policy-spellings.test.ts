import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BalancerError } from '../../lib/errors.ts';
import { bodyType, type BodyType } from '../../lib/protocol/body-type.ts';
import { canonicalRequest } from '../../lib/protocol/canonical-request.ts';
import { formatArguments } from '../../lib/protocol/arguments.ts';
import { parseCommand } from '../../lib/protocol/pazpar-command.ts';
import type { PazparCommand, RequestParts } from '../../lib/protocol/pazpar-command.ts';
import { POLICY_PRESETS } from '../../lib/protocol/policy-presets.ts';
import { violation } from '../../lib/protocol/policy.ts';
import type { PolicyRules } from '../../lib/protocol/policy.ts';
import { atoi } from '../../lib/simulator/c-text.ts';
import { isType, readRequest, type HttpRequest } from '../../lib/simulator/http-reader.ts';
import { outcomeOf, refusalOf } from '../helpers/refusals.ts';
import { requestBytes } from '../helpers/request-bytes.ts';
import { argumentsOfPazpar2, spelledRequests } from '../helpers/request-spellings.ts';

const NARROW: PolicyRules = {
  ...POLICY_PRESETS.public,
  commands: new Set([...POLICY_PRESETS.public.commands, 'settings']),
  settings: [{ name: 'pz:allow', targets: ['a.example', 'b.example:*'] }],
  services: ['one'],
  maxNum: 10,
  maxQueryLength: 15,
  maxParameters: 6,
};
const RULES: [string, PolicyRules][] = [
  ['public', POLICY_PRESETS.public],
  ['trusted', POLICY_PRESETS.trusted],
  ['public with parts opened and capped', NARROW],
];

const requests = fc.tuple(
  spelledRequests,
  fc.option(fc.constant(Buffer.from('<settings/>')), { nil: undefined, freq: 8 }),
);

/** The parts of a request; a text/xml body leaves no place for a form. */
function partsOf([{ query, form }, xml]: [{ query: string; form: string | undefined }, Buffer | undefined]) {
  return xml === undefined ? { query, form } : { query, xml };
}

/** What the balancer makes of it; undefined when nothing of it can reach a member. */
function commandOf(parts: RequestParts): PazparCommand | undefined {
  const outcome = outcomeOf(() => parseCommand(parts));
  return outcome instanceof BalancerError ? undefined : outcome;
}

/** What a member is sent for a command, as Pazpar2 reads it. */
function arrived(command: PazparCommand): HttpRequest {
  const destination = { path: '/search.pz2', host: 'x', number: '7', forwardedFor: '' };
  const request = readRequest(requestBytes(canonicalRequest(command, destination), 'x', 'close'));
  if ('malformed' in request) throw new Error(`Pazpar2 does not understand ${request.head}`);
  return request;
}

/** What a request asks of Pazpar2 that the rules do not allow, in Pazpar2's own terms. */
function offencesOf(request: HttpRequest, rules: PolicyRules): string[] {
  const args = request.arguments;
  const command = args.get('command') ?? '';
  const sets = command === 'init' || command === 'settings';
  const all = args.lastFirst();
  const settings = all.filter(({ name }) => name.includes('[')).map(({ name }) => settingOf(name));
  const num = atoi(args.get('num') ?? '0');
  const service = args.get('service');
  const offences: [boolean, string][] = [
    [!new Set<string>(rules.commands).has(command), `the command ${command}`],
    [sets && !settings.every((setting) => setting === undefined || opens(rules, setting)), 'a setting'],
    [sets && isType(request.contentType, 'text/xml') && !rules.xmlBodies, 'a text/xml body'],
    [
      command === 'bytarget' && args.get('settings')?.startsWith('1') === true && !rules.showSettings,
      'passwords',
    ],
    [num > rules.maxNum, 'num'],
    [(args.get('query') ?? '').length > rules.maxQueryLength, 'the query'],
    [all.length > rules.maxParameters, 'parameters'],
    [command === 'init' && service !== undefined && !serves(rules, service), 'the service'],
  ];
  return offences.filter(([isOffence]) => isOffence).map(([, what]) => what);
}

/** Pazpar2 splits at every bracket, wherever it stands, and wants two parts. Undefined for what it refuses itself. */
function settingOf(name: string): [name: string, target: string] | undefined {
  const [first, second, ...more] = name.split(/[[\]]+/).filter((part) => part !== '');
  return first === undefined || second === undefined || more.length > 0 ? undefined : [first, second];
}

/** NARROW's settings are those that any list here opens. */
function opens({ settings }: PolicyRules, [name, target]: [string, string]): boolean {
  if (settings === 'any') return true;
  return (
    settings.length > 0 &&
    name === 'pz:allow' &&
    (target === 'a.example' || /^b\.example:[^*?]*$/s.test(target))
  );
}

function serves({ services }: PolicyRules, service: string): boolean {
  return services === 'any' || services.includes(service);
}

describe.each(RULES)('under the policy %s', (_, rules) => {
  test('the decision on a request is the decision on what Pazpar2 understands', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const parts = partsOf(request);
        const command = commandOf(parts);
        if (command === undefined || command.args.some(({ damaged }) => damaged)) return;
        const understood = argumentsOfPazpar2({ query: parts.query, form: parts.form });
        const again = parseCommand({ query: formatArguments(understood), xml: parts.xml });
        expect(violation({ ...again, bodySize: command.bodySize }, rules)).toBe(violation(command, rules));
      }),
      { numRuns: 1500 },
    );
  });

  test('nothing reaches a member that asks for more than the policy allows', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const command = commandOf(partsOf(request));
        if (command === undefined || violation(command, rules) !== undefined) return;
        expect(offencesOf(arrived(command), rules)).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  test('what is refused, and no odd number, would have asked for more than the policy allows', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const command = commandOf(partsOf(request));
        if (command === undefined || !isPlain(command)) return;
        const isRefused = violation(command, rules) !== undefined;
        expect(offencesOf(arrived(command), rules).length > 0).toBe(isRefused);
      }),
      { numRuns: 1500 },
    );
  });
});

/**
 * True where nothing is refused for its oddness alone: numbers that are none, several values of one argument, brackets that Pazpar2 itself
 * refuses or that are on a command that reads none, bodies that are ignored.
 */
function isPlain({ name, args, xml }: PazparCommand): boolean {
  const names = args.map((argument) => argument.name);
  return (
    new Set(names).size === names.length &&
    args.every(({ value, ...argument }) => argument.name !== 'num' || /^[0-9]{1,2}$/.test(value)) &&
    args.every(({ value, ...argument }) => argument.name !== 'settings' || /^[01]?$/.test(value)) &&
    names.every((each) => !each.includes('[') || isPlainSetting(each, name)) &&
    (xml === undefined || name === 'init' || name === 'settings')
  );
}

function isPlainSetting(name: string, command: string): boolean {
  return (command === 'init' || command === 'settings') && /^[^[\]]+\[[^[\]*?]+\]?$/.test(name);
}

/** Leading blanks of a header's value are nobody's business. */
function bodyTypeOfPazpar2(type: string): BodyType | undefined {
  const value = type.trimStart();
  if (isType(value, 'text/xml')) return 'xml';
  return isType(value, 'application/x-www-form-urlencoded') ? 'form' : undefined;
}

describe('the type of a body', () => {
  const types = fc
    .tuple(
      fc.constantFrom('', ' ', '\t'),
      fc.constantFrom('text/xml', 'application/x-www-form-urlencoded', 'text/xmlfoo', 'application/xml'),
      fc.constantFrom('', ';', '; charset=utf-8', ' ; a=b', ' foo', ', text/xml', ';;', ' '),
      fc.boolean(),
    )
    .map(([before, type, after, upper]) => before + (upper ? type.toUpperCase() : type) + after);

  test('that Pazpar2 reads is never taken for another one', () => {
    fc.assert(
      fc.property(types, (type) => {
        const theirs = bodyTypeOfPazpar2(type);
        const ours = bodyType(type);
        expect(theirs === undefined || ours === undefined || ours === theirs).toBe(true);
      }),
    );
  });

  test.each(['text/xml', 'TEXT/XML', 'text/xml; charset=utf-8', 'text/xml;', ' text/xml ; a=b'])(
    'counts as text/xml when it is written %p, and goes out as that',
    (type) => {
      expect(bodyType(type)).toBe('xml');
      const command = parseCommand({ query: 'command=init', xml: Buffer.from('<service/>') });
      expect(violation(command, POLICY_PRESETS.public)).toBe('a text/xml body');
      expect(arrived(command).contentType).toBe('text/xml');
    },
  );
});

describe('recognised as the setting that it is', () => {
  test.each([
    'command=init&foo[bar=1',
    'command=init&foo[bar]=1',
    'command=init&foo%5bbar%5d=1',
    'command=init&foo%5Bbar%5D=1',
    'command=init&%66%6F%6f[bar=1',
    'command=init&&foo[bar=1&',
    'foo[bar=1&command=init',
    'command=init&foo]bar[=1',
    'command=init&[foo]bar=1',
  ])('%s', (query) => {
    for (const parts of [{ query }, { query: '', form: query }]) {
      expect(violation(parseCommand(parts), POLICY_PRESETS.public)).toMatch(/^the setting .*\[/);
    }
  });

  test.each(['command=init&foo[b%00ar=1', 'command=init&foo[%zz=1', 'command=init&x&foo[bar=1'])(
    'or refused as ambiguous: %s',
    (query) => {
      expect(refusalOf(() => parseCommand({ query })).code).toBe('REQUEST_AMBIGUOUS');
    },
  );
});
