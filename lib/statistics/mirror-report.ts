import * as z from 'zod';
import { isFigureName } from '../load/figure-name.ts';
import { EngineError } from './engine-error.ts';
import type { MirrorFact } from './mirror-fact.ts';

/** A fact as it goes from engine to engine. */
export interface ReportedFact extends MirrorFact {
  /** Milliseconds since a statistic was pushed; 0 for what operators said. */
  readonly age: number;
}

/** What one engine tells another. */
export interface MirrorReport {
  /** Id of the run of the engine that tells. */
  readonly engine: string;
  readonly facts: readonly ReportedFact[];
}

/** Counters beyond it would leave no room for newer ones. */
const HIGHEST_COUNTER = 2 ** 52;
const name = z.string().min(1).max(64);

const fact: z.ZodType<ReportedFact> = z.strictObject({
  kind: z.enum(['farm', 'phys']),
  name,
  field: z.string().refine(isField, 'must be s, u, forward, or a statistic behind a colon'),
  value: z.union([z.string().max(2048), z.number()]),
  counter: z.int().min(1).max(HIGHEST_COUNTER),
  origin: name,
  age: z.number().min(0),
});

const report: z.ZodType<MirrorReport> = z.strictObject({ engine: name, facts: z.array(fact).max(1_000_000) });

/**
 * Reads what another engine tells.
 *
 * @throws EngineError 400 with the first thing that is wrong
 */
export function readMirrorReport(value: unknown): MirrorReport {
  const result = report.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new EngineError(
    400,
    `not a report of an engine: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  );
}

function isField(field: string): boolean {
  if (field.startsWith(':')) return field === ':' || isFigureName(field.slice(1));
  return field === 's' || field === 'u' || field === 'forward';
}
