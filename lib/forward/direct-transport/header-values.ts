import { isNamed } from '../header-name.ts';

/** Values of all headers with this name (given in lower case). */
export function headerValues(headers: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const candidate = headers[index] ?? '';
    if (isNamed(candidate, name)) values.push(headers[index + 1] ?? '');
  }
  return values;
}
