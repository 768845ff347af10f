import { Refusal } from './refusal.ts';

/** Variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `$${` as it is, `${NAME}`, or a `${` that is neither. */
const PLACEHOLDER = /\$\$\{|\$\{(?<name>[A-Za-z_]\w*)\}|\$\{/g;

/** True if `fillIn` would change the text or refuse it. */
export function hasPlaceholder(text: string): boolean {
  return text.includes('${');
}

/**
 * Puts the values of variables where `${NAME}` stands; `$${` becomes `${`.
 *
 * @throws {Refusal} when a variable is not set, or a `${` is followed by no name with a `}`.
 */
export function fillIn(text: string, environment: Environment): string {
  return text.replace(PLACEHOLDER, (placeholder: string, name: string | undefined) => {
    if (placeholder === '$${') return '${';
    if (name === undefined)
      throw new Refusal('must name a variable as ${NAME}; for the characters themselves write "$${"');
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (value === undefined) throw new Refusal(`needs the environment variable ${name}, which is not set`);
    return value;
  });
}

/** Writes a text so that `fillIn` gives it back. */
export function escapePlaceholders(text: string): string {
  return text.replaceAll('${', () => '$${');
}
