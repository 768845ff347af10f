import fc from 'fast-check';
import { RequestArguments, type Argument } from '../../lib/simulator/arguments.ts';
import { cStrings, oddQueries } from './byte-strings.ts';

/** A request's parts as a client may write them: byte strings. */
export interface SpelledRequest {
  readonly query: string;
  readonly form: string | undefined;
}

const COMMANDS = [
  'init',
  'settings',
  'search',
  'show',
  'bytarget',
  'info',
  'exit',
  'service',
  'ping',
  'Init',
];
const SETTING_NAMES = [
  'pz:allow[a.example]',
  'pz:allow[a.example',
  'pz:allow[b.example:210/db]',
  'pz:allow[*]',
  'pz:allow[]',
  'pz:allow[',
  'pz:allow[[a.example]]',
  '[pz:allow]a.example',
  'pz:allow]a.example[',
  'pz:allow[a.example]x',
  'pz:xslt[a.example]',
  'PZ:allow[a.example]',
  '[',
  ']',
];

const plainArgument: fc.Arbitrary<Argument> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      name: fc.constantFrom(...SETTING_NAMES),
      value: fc.constantFrom('', '0', '1', '<xsl/>'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      name: fc.constantFrom('num', 'settings'),
      value: fc.constantFrom(
        '',
        '0',
        '1',
        '10',
        '11',
        '+9',
        '-1',
        ' 9',
        '99999999999',
        '4294967297',
        '1x',
        '2000x',
        ' 2000',
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      name: fc.constantFrom('query', 'service', 'Service'),
      value: fc.constantFrom('', 'one', 'two', 'a longer query', 'x'.repeat(20)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ name: cStrings, value: cStrings }) },
);

/** Arguments of one request, `command` and `session` mostly among them. */
const plainArguments: fc.Arbitrary<Argument[]> = fc
  .tuple(
    fc.option(fc.constantFrom(...COMMANDS), { freq: 20 }),
    fc.array(plainArgument, { maxLength: 6 }),
    fc.nat(),
  )
  .map(([command, others, place]) => {
    const args = others.concat({ name: 'session', value: '7.pz1' });
    return command === null
      ? args
      : args.toSpliced(place % args.length, 0, { name: 'command', value: command });
  });

/** One text in one of the ways in which it can be written in a query: every byte as it is, or as %xx with digits of either case. */
function spelled(text: string): fc.Arbitrary<string> {
  const choices = fc.array(fc.constantFrom('plain', 'lower', 'upper', 'mixed'), {
    minLength: text.length,
    maxLength: text.length,
  });
  return choices.map((kinds) =>
    Array.from(text, (character, index) => spell(character, kinds[index] ?? '')).join(''),
  );
}

function spell(character: string, kind: string): string {
  const hex = character.charCodeAt(0).toString(16).padStart(2, '0');
  if (kind === 'lower') return `%${hex}`;
  if (kind === 'mixed') return `%${hex.charAt(0).toUpperCase()}${hex.slice(1)}`;
  if (kind === 'plain' && !/[%&=+\s\0]/.test(character)) return character;
  return kind === 'plain' && character === ' ' ? '+' : `%${hex.toUpperCase()}`;
}

function spelledArguments(args: readonly Argument[]): fc.Arbitrary<string> {
  const pairs = args.map(({ name, value }) =>
    fc.tuple(spelled(name), spelled(value)).map((pair) => pair.join('=')),
  );
  return fc
    .tuple(fc.tuple(...pairs), fc.constantFrom('&', '&&', '&&&'), fc.constantFrom('', '&', '&end'))
    .map(([written, separator, end]) => written.join(separator) + (written.length === 0 ? '' : end));
}

/** Requests whose arguments stand in query and form in any spelling, and others made of what parsers disagree about. */
export const spelledRequests: fc.Arbitrary<SpelledRequest> = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(plainArguments, fc.nat()).chain(splitAndSpelled) },
  {
    weight: 1,
    arbitrary: fc.record({ query: oddQueries, form: fc.option(oddQueries, { nil: undefined }) }),
  },
);

function splitAndSpelled([args, place]: [Argument[], number]): fc.Arbitrary<SpelledRequest> {
  const at = place % (2 * args.length);
  if (at >= args.length) return spelledArguments(args).map((query) => ({ query, form: undefined }));
  return fc.record({ query: spelledArguments(args.slice(0, at)), form: spelledArguments(args.slice(at)) });
}

/** The arguments that Pazpar2 sees in a request, in the order in which they stand. */
export function argumentsOfPazpar2({ query, form }: SpelledRequest): readonly Argument[] {
  return new RequestArguments(query, form).lastFirst().toReversed();
}
