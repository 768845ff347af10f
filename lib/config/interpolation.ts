import { Refusal } from './refusal.ts';

/** Variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where values for placeholders come from. */
export interface PlaceholderSources {
  readonly environment: Environment;
  /** Gives the content of a file without the final line break. Throws a Refusal when it cannot be read. */
  readonly readFile: (path: string) => string;
}

/** `$${` as it is, `${NAME}`, `${file:PATH}`, or a `${` that is none of them. */
const PLACEHOLDER = /\$\$\{|\$\{(?<name>[A-Za-z_]\w*)\}|\$\{file:(?<file>[^}]+)\}|\$\{/g;

/** True if `fillIn` would change the text or refuse it. */
export function hasPlaceholder(text: string): boolean {
  return text.includes('${');
}

/** True if the text is one placeholder and nothing else. */
export function isPlaceholder(text: string): boolean {
  return /^\$\{[^{}]+\}$/.test(text);
}

/** True if part of the text comes from a file: it is a text then, whatever it looks like. */
export function hasFilePlaceholder(text: string): boolean {
  return text.includes('${file:');
}

/**
 * Puts the values of variables where `${NAME}` stands, and the content of files where `${file:PATH}` does; `$${` becomes `${`.
 *
 * @throws {Refusal} when a variable is not set, a file cannot be read, or a `${` begins neither of both.
 */
export function fillIn(text: string, { environment, readFile }: PlaceholderSources): string {
  return text.replace(PLACEHOLDER, (placeholder: string, name?: string, file?: string) => {
    if (placeholder === '$${') return '${';
    if (name !== undefined) return variable(name, environment);
    if (file !== undefined) return readFile(file);
    throw new Refusal(
      'must name a variable as ${NAME} or a file as ${file:PATH}; for the characters themselves write "$${"',
    );
  });
}

function variable(name: string, environment: Environment): string {
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (value === undefined) throw new Refusal(`needs the environment variable ${name}, which is not set`);
  return value;
}

/** Writes a text so that `fillIn` gives it back. */
export function escapePlaceholders(text: string): string {
  return text.replaceAll('${', () => '$${');
}
