import type { SigningConfig } from './config.ts';
import type { DecisionCookieOptions } from './decision-options.ts';
import type { DecisionCookieConfig } from './decision-schema.ts';
import { formatDuration } from './duration.ts';
import { HIDDEN } from './hidden.ts';
import type { SigningOptions } from './options.ts';
import { isPemText } from './pem-file.ts';

/** Secrets stay hidden, so this part has to be filled in before it can be read back. */
export function signingOptions({ keys, required, maxAge, bind }: SigningConfig): Required<SigningOptions> {
  return { keys: hiddenKeys(keys), required, maxAge: formatDuration(maxAge), bind };
}

/** As `signingOptions`. */
export function decisionOptions({
  name,
  keys,
  strip,
}: DecisionCookieConfig): Required<DecisionCookieOptions> {
  return { name, keys: hiddenKeys(keys), strip };
}

function hiddenKeys(keys: readonly { readonly id: string }[]): { id: string; secret: string }[] {
  return keys.map(({ id }) => ({ id, secret: HIDDEN }));
}

/** The path of a key is no secret; a key that stands in the options is. */
export function withoutKey<T extends { readonly key?: string }>(tls: T): T {
  return tls.key !== undefined && isPemText(tls.key) ? { ...tls, key: HIDDEN } : tls;
}
