import type { Protocol } from './options.ts';
import { httpFields } from './http-schema.ts';
import { pazparFields } from './schema.ts';

const OF_CLUSTER: Readonly<Record<Protocol, readonly string[]>> = {
  pazpar2: missingIn(httpFields, pazparFields),
  http: missingIn(pazparFields, httpFields),
};
const OF_MEMBER: Readonly<Record<Protocol, readonly string[]>> = {
  pazpar2: ['direct', 'connections'],
  http: ['redirect'],
};

/** The only protocol whose clusters and members have an option at this place; undefined where both have it, or none. */
export function protocolOf(path: readonly PropertyKey[]): Protocol | undefined {
  const key = String(path.at(-1));
  const inMember = path.at(-3) === 'members';
  if (!inMember && path.length !== 1 && !(path.length === 3 && path[0] === 'clusters')) return undefined;
  const options = inMember ? OF_MEMBER : OF_CLUSTER;
  return (['pazpar2', 'http'] as const).find((protocol) => options[protocol].includes(key));
}

function missingIn(fields: object, others: object): string[] {
  return Object.keys(others).filter((key) => !Object.hasOwn(fields, key));
}
