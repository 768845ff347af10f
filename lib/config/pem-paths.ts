import { resolve } from 'node:path';
import { isPemText } from './pem-file.ts';

/** Options of TLS that are or name certificates and keys. */
const PEM_OPTIONS = ['cert', 'key', 'ca'];

/**
 * The gateway's options, as they were given, with absolute paths of certificates and keys. What is not as it should be stays, for
 * others to refuse.
 *
 * @param directory where relative paths start
 */
export function withAbsolutePemPaths(gateway: unknown, directory: string): unknown {
  const inTls = (holder: unknown): unknown => changed(holder, 'tls', (tls) => absolute(tls, directory));
  const inCluster = (cluster: unknown): unknown =>
    changed(cluster, 'members', (members) => eachChanged(members, inTls));
  const withClusters = changed(gateway, 'clusters', (clusters) => eachChanged(clusters, inCluster));
  const withMirror = changed(withClusters, 'statistics', (engine) => changed(engine, 'mirror', inTls));
  return changed(inTls(withMirror), 'admin', inTls);
}

function absolute(tls: unknown, directory: string): unknown {
  const toPath = (value: unknown): unknown =>
    typeof value === 'string' && value !== '' && !isPemText(value) ? resolve(directory, value) : value;
  return PEM_OPTIONS.reduce((options, option) => changed(options, option, toPath), tls);
}

function changed(holder: unknown, key: string, change: (value: unknown) => unknown): unknown {
  if (!isObject(holder) || Array.isArray(holder) || !Object.hasOwn(holder, key)) return holder;
  return { ...holder, [key]: change(holder[key]) };
}

function eachChanged(values: unknown, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(values)) return values.map(change);
  if (!isObject(values)) return values;
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
