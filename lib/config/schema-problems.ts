import * as z from 'zod';
import type { FoundProblem } from './problem.ts';
import { protocolOf } from './protocol-options.ts';
import { showKind, showValue } from './show-value.ts';
import { suggest } from './suggestion.ts';

/** Says in our words what a schema found wrong with the options. */
export function problemsOf(
  schema: z.ZodType,
  options: unknown,
  error: z.ZodError | undefined,
): FoundProblem[] {
  return (error?.issues ?? []).flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => unknownOption(schema, [...issue.path, key], options));
    return [problemOf(issue, valueAt(options, issue.path))];
  });
}

function unknownOption(schema: z.ZodType, path: readonly PropertyKey[], options: unknown): FoundProblem {
  const protocol = protocolOf(path);
  if (protocol !== undefined) {
    return { path, message: `is for clusters of protocol "${protocol}" only`, found: '', atKey: true };
  }
  const known = knownOptions(schema, path.slice(0, -1), options);
  return { path, message: `unknown option${suggest(String(path.at(-1)), known)}`, found: '', atKey: true };
}

/**
 * The options that are known at a place, or none when there is no object with a fixed set of them.
 *
 * @param path keys and indexes from the top of the options
 * @param options what was given, which decides between kinds of clusters; left out, the first kind counts
 */
export function knownOptions(
  schema: z.core.$ZodType,
  path: readonly PropertyKey[],
  options?: unknown,
): readonly string[] {
  const [first, ...rest] = path;
  if (schema instanceof z.ZodDiscriminatedUnion) return knownOptions(chosen(schema, options), path, options);
  if (schema instanceof z.ZodPipe)
    return knownOptions(isTransform(schema.in) ? schema.out : schema.in, path, options);
  if (schema instanceof z.ZodPrefault) return knownOptions(schema.unwrap(), path, options);
  if (schema instanceof z.ZodOptional) return knownOptions(schema.unwrap(), path, options);
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<PropertyKey, z.core.$ZodType>> = schema.shape;
    const next = first === undefined ? undefined : shape[first];
    if (first === undefined) return Object.keys(shape);
    return next === undefined || first === undefined
      ? []
      : knownOptions(next, rest, valueAt(options, [first]));
  }
  const inner = first === undefined ? undefined : valueAt(options, [first]);
  if (schema instanceof z.ZodArray) return knownOptions(schema.element, rest, inner);
  return schema instanceof z.ZodRecord ? knownOptions(schema.valueType, rest, inner) : [];
}

/** Of several kinds the one that the value says it is, else the first. */
function chosen(union: z.ZodDiscriminatedUnion, value: unknown): z.core.$ZodType {
  const [first, ...others] = union.options;
  const key = union.def.discriminator;
  const isThis = (kind: z.core.$ZodType): boolean =>
    kind instanceof z.ZodObject && z.safeParse(kind.shape[key], valueAt(value, [key])).success;
  return others.find(isThis) ?? first ?? z.never();
}

function isTransform(schema: z.core.$ZodType): boolean {
  return schema instanceof z.ZodTransform;
}

function problemOf(issue: z.core.$ZodIssue, value: unknown): FoundProblem {
  const { path } = issue;
  const isMissing = value === undefined && path.length > 0;
  if (isMissing) return { path, message: 'is missing', found: '' };
  const show = issue.code === 'invalid_type' ? showKind : showValue;
  return { path, message: messageOf(issue), found: show(value, path) };
}

function messageOf(issue: z.core.$ZodIssue): string {
  const isOurs = !issue.message.startsWith('Invalid input');
  if (isOurs || issue.code !== 'invalid_type') return issue.message;
  return issue.expected === 'array' ? 'must be a list' : 'must be an object';
}

function valueAt(options: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), options);
}

function isObject(value: unknown): value is Readonly<Record<PropertyKey, unknown>> {
  return typeof value === 'object' && value !== null;
}
