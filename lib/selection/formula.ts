import { createRequire } from 'node:module';
import { isFigureName } from '../load/figure-name.ts';

/** A formula over figures, ready to be worked out for one member after the other. */
export interface Formula {
  /** Figures that it takes, each once. */
  readonly names: readonly string[];
  /** Its value; undefined where a figure is not known, or the result is no finite number. */
  value(figure: FigureOf): number | undefined;
}

/** What a name stands for; undefined where that is not known. */
export type FigureOf = (name: string) => number | undefined;

/** A node of what jsep makes of a text, with those of its parts that mean something here. */
interface SyntaxNode {
  readonly type: string;
  readonly value?: unknown;
  readonly raw?: string;
  readonly name?: string;
  readonly operator?: string;
  readonly computed?: boolean;
  readonly optional?: boolean;
  readonly object?: SyntaxNode;
  readonly property?: SyntaxNode;
  readonly argument?: SyntaxNode;
  readonly left?: SyntaxNode;
  readonly right?: SyntaxNode;
  readonly callee?: SyntaxNode;
  readonly arguments?: readonly SyntaxNode[];
}

// The declarations of jsep 1.6 do not compile for ES modules, so it is taken without them.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const jsep = createRequire(import.meta.url)('jsep') as (text: string) => SyntaxNode;

/** Not a number stands for what is not known, because it stays so through every step. */
type Step = (figure: FigureOf) => number;

export const LONGEST_FORMULA = 500;

const OPERATORS: ReadonlyMap<string, (a: number, b: number) => number> = new Map([
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['/', (a, b) => a / b],
]);
const FUNCTIONS: ReadonlyMap<string, (...values: number[]) => number> = new Map([
  ['min', Math.min],
  ['max', Math.max],
  ['abs', (value = Number.NaN) => Math.abs(value)],
  ['sqrt', (value = Number.NaN) => Math.sqrt(value)],
]);
const WHAT = 'must be made of numbers, names of statistics, + - * / ( ), min(…), max(…), abs(…) and sqrt(…)';

/**
 * Reads a formula such as `load1/cpus + 0.05*sessions`. It is parsed and checked here, and never run as code.
 *
 * @throws TypeError that says what it must be
 */
export function parseFormula(text: string): Formula {
  if (text.length > LONGEST_FORMULA) throw new TypeError(`must have at most ${LONGEST_FORMULA} characters`);
  const names = new Set<string>();
  const result = stepOf(parse(text), names);
  if (names.size === 0) throw new TypeError('must take at least one statistic, or it is the same for all');
  return { names: [...names], value: (figure) => finite(result(figure)) };
}

/** The formula that is one figure. @param sign -1 where more of it is better */
export function singleFigure(name: string, sign: 1 | -1): Formula {
  return {
    names: [name],
    value: (figure) => {
      const value = figure(name);
      return value === undefined ? undefined : sign * value;
    },
  };
}

function parse(text: string): SyntaxNode {
  try {
    return jsep(text);
  } catch (error) {
    throw new TypeError(`${WHAT}: ${error instanceof Error ? error.message : ''}`, { cause: error });
  }
}

/** What is not known here is refused, whatever the parser can read. */
function stepOf(node: SyntaxNode | undefined, names: Set<string>): Step {
  if (node?.type === 'Literal') return literal(node);
  if (node?.type === 'Identifier' || node?.type === 'MemberExpression') return named(nameOf(node), names);
  if (node?.type === 'UnaryExpression') return unary(node, names);
  if (node?.type === 'BinaryExpression') return binary(node, names);
  if (node?.type === 'CallExpression') return call(node, names);
  throw new TypeError(WHAT);
}

function literal({ value, raw = '' }: SyntaxNode): Step {
  if (typeof value === 'number' && Number.isFinite(value)) return () => value;
  throw new TypeError(`${WHAT}, not ${raw}`);
}

function named(name: string, names: Set<string>): Step {
  if (!isFigureName(name)) throw new TypeError(`names statistics with a-z 0-9 _ and ., not ${name}`);
  names.add(name);
  return (figure) => figure(name) ?? Number.NaN;
}

/** A statistic may have dots in its name. */
function nameOf(node: SyntaxNode | undefined): string {
  if (node?.type === 'Identifier') return node.name ?? '';
  const { object, property, computed, optional } = node ?? { type: '' };
  if (node?.type !== 'MemberExpression' || computed === true || optional === true) throw new TypeError(WHAT);
  return `${nameOf(object)}.${nameOf(property)}`;
}

function unary({ operator = '', argument }: SyntaxNode, names: Set<string>): Step {
  const step = stepOf(argument, names);
  if (operator === '-') return (figure) => -step(figure);
  if (operator === '+') return step;
  throw new TypeError(`${WHAT}, not ${operator}`);
}

function binary({ operator = '', left, right }: SyntaxNode, names: Set<string>): Step {
  const work = OPERATORS.get(operator);
  if (work === undefined) throw new TypeError(`${WHAT}, not ${operator}`);
  const [one, other] = [stepOf(left, names), stepOf(right, names)];
  return (figure) => work(one(figure), other(figure));
}

function call({ callee, arguments: given = [] }: SyntaxNode, names: Set<string>): Step {
  const name = callee?.type === 'Identifier' ? (callee.name ?? '') : '';
  const work = FUNCTIONS.get(name);
  if (work === undefined || given.length === 0) throw new TypeError(`${WHAT}, not ${name}(…)`);
  const steps = given.map((argument) => stepOf(argument, names));
  return (figure) => work(...steps.map((step) => step(figure)));
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
