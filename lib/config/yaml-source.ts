import {
  type Document,
  isAlias,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
  visit,
  type YAMLError,
} from 'yaml';
import type { OptionProblem } from '../errors.ts';
import {
  fillIn,
  hasFilePlaceholder,
  hasPlaceholder,
  isPlaceholder,
  type PlaceholderSources,
} from './interpolation.ts';
import { type FoundProblem, toOptionProblem } from './problem.ts';
import { Refusal } from './refusal.ts';
import { showValue } from './show-value.ts';
import { nodeAt, pathOf } from './yaml-node.ts';

/** Enough for any file written by people, too few for one that is written to fill the memory. */
const MOST_ALIASES = 1000;
const QUOTES = 'a value that begins with a special character needs quotes, such as "[::1]:8080"';
/** What YAML's messages leave the reader to find out. */
const ADVICE: Partial<Record<YAMLError['code'], string>> = {
  DUPLICATE_KEY: 'this key stands twice in its object',
  MULTIPLE_DOCS: 'there must be one document, without "---" in between',
  BAD_SCALAR_START: QUOTES,
  UNEXPECTED_TOKEN: QUOTES,
};

/** Line and column, both from 1. */
type Place = Required<Pick<OptionProblem, 'line' | 'column'>>;

/** A YAML text (JSON is one as well), read so that each of its values can be found again. */
export class YamlSource {
  /** What makes the text unreadable. Unless this is empty, the other members are of no use. */
  readonly problems: readonly OptionProblem[];
  /** Variables that are not set, and files that cannot be read. */
  readonly variableProblems: readonly OptionProblem[];
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter = new LineCounter();
  /** What stood in the text before placeholders were filled in: their values may be secret. */
  readonly #written = new Map<Node, string>();

  constructor(text: string, sources: PlaceholderSources) {
    this.#document = parseDocument(text, {
      lineCounter: this.#lines,
      prettyErrors: false,
      merge: true,
      stringKeys: true,
    });
    const { errors, warnings } = this.#document;
    const broken = [...errors, ...warnings].map((error) => this.#syntaxProblem(error));
    this.problems = broken.length > 0 ? broken : this.#aliasProblems();
    this.variableProblems = this.problems.length > 0 ? [] : this.#fillIn(sources);
  }

  /** The value that the text stands for. */
  toValue(): unknown {
    return this.#document.toJS({ maxAliasCount: MOST_ALIASES });
  }

  /** Adds line and column to a problem; what is missing is placed at the object that misses it. */
  locate(problem: FoundProblem): OptionProblem {
    const { node, isExact } = nodeAt(this.#document, problem.path, problem.atKey ?? false);
    const target = isAlias(node) ? node.resolve(this.#document) : node;
    const written = isExact && target ? this.#written.get(target) : undefined;
    const found = written === undefined ? problem.found : showWritten(written, problem.path);
    return { ...toOptionProblem({ ...problem, found }), ...this.#place(node) };
  }

  #fillIn(sources: PlaceholderSources): OptionProblem[] {
    const problems: OptionProblem[] = [];
    visit(this.#document, {
      Scalar: (key, node, ancestors) => {
        const written = node.value;
        if (key === 'key' || typeof written !== 'string' || !hasPlaceholder(written)) return;
        this.#written.set(node, written);
        try {
          const isPlain = node.type === Scalar.PLAIN && !hasFilePlaceholder(written);
          node.value = typedValue(fillIn(written, sources), isPlain);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          const path = pathOf(ancestors, node);
          const problem = { path, message: error.message, found: showWritten(written, path) };
          problems.push({ ...toOptionProblem(problem), ...this.#place(node) });
        }
      },
    });
    return problems;
  }

  #syntaxProblem(error: YAMLError): OptionProblem {
    const advice = ADVICE[error.code];
    const message = `cannot be read as YAML: ${error.message}${advice === undefined ? '' : `; ${advice}`}`;
    return { path: '', value: '', message, ...this.#placeOf(error.pos[0]) };
  }

  #aliasProblems(): OptionProblem[] {
    const problems: OptionProblem[] = [];
    visit(this.#document, {
      Alias: (_, alias) => {
        if (alias.resolve(this.#document) !== undefined) return;
        const message = `there is no anchor &${alias.source} before this alias`;
        problems.push({ path: '', value: '', message, ...this.#place(alias) });
      },
    });
    return problems.length > 0 ? problems : this.#excessiveAliases();
  }

  #excessiveAliases(): OptionProblem[] {
    try {
      this.toValue();
      return [];
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error;
      const message = `has more than ${MOST_ALIASES} aliases, or aliases of aliases that amount to as many`;
      return [{ path: '', value: '', message, ...this.#place(null) }];
    }
  }

  #place(node: Node | null): Place {
    return this.#placeOf(node?.range?.[0] ?? 0);
  }

  #placeOf(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { line, column: col };
  }
}

/** Shows what stood in the text; placeholders alone are no secret, wherever they stand. */
function showWritten(text: string, path: readonly PropertyKey[]): string {
  return isPlaceholder(text) ? JSON.stringify(text) : showValue(text, path);
}

/** What an unquoted text stands for once its variables are filled in: numbers and truth values need no quotes either. */
function typedValue(text: string, isPlain: boolean): string | number | boolean {
  if (!isPlain) return text;
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}
