import * as z from 'zod';
import { parseChoice } from './choice.ts';
import { clientsSchema } from './clients-schema.ts';
import type { GatewayConfig } from './config.ts';
import { GATEWAY_DEFAULTS } from './defaults.ts';
import { httpFields, type ParsedHttpCluster } from './http-schema.ts';
import { parseListenAddress } from './listen-address.ts';
import { parseMountPath } from './mount-path.ts';
import { GATEWAY_RANGES } from './ranges.ts';
import { Refusal } from './refusal.ts';
import { type ParsedCluster, pazparFields } from './schema.ts';
import { choice, duration, flag, option } from './schema-fields.ts';
import { statisticsSchema } from './statistics-schema.ts';
import { tlsSchema } from './tls-schema.ts';
import { parseTrustProxy } from './trust-proxy.ts';

/** A cluster of the gateway, read. */
export type ParsedGatewayCluster = { readonly path: string } & (
  | (ParsedCluster & { readonly protocol?: 'pazpar2' | undefined })
  | (ParsedHttpCluster & { readonly protocol: 'http' })
);

/** The gateway's options, read, with the clusters by name. */
export type ParsedGateway = Omit<GatewayConfig, 'clusters'> & {
  readonly clusters: Readonly<Record<string, ParsedGatewayCluster>>;
};

const path = option(parseMountPath);

const gatewayCluster = z.discriminatedUnion(
  'protocol',
  [
    z.strictObject({ path, protocol: z.literal('pazpar2').optional(), ...pazparFields }),
    z.strictObject({ path, protocol: z.literal('http'), ...httpFields }),
  ],
  { error: ({ input }) => noProtocol(input) },
);

const admin = z.strictObject({ listen: option(parseListenAddress), tls: tlsSchema.optional() });

/** Options of the gateway. */
export const gatewaySchema: z.ZodType<ParsedGateway> = z.strictObject({
  listen: option(parseListenAddress),
  tls: tlsSchema.optional(),
  admin: admin.optional(),
  trustProxy: option(parseTrustProxy).prefault(GATEWAY_DEFAULTS.trustProxy),
  statistics: statisticsSchema,
  clients: clientsSchema.prefault({}),
  compress: flag(GATEWAY_DEFAULTS.compress),
  farmHosts: flag(GATEWAY_DEFAULTS.farmHosts),
  shutdownDelay: duration(GATEWAY_RANGES.shutdownDelay, GATEWAY_DEFAULTS.shutdownDelay),
  shutdownTimeout: duration(GATEWAY_RANGES.shutdownTimeout, GATEWAY_DEFAULTS.shutdownTimeout),
  logLevel: choice(['debug', 'info', 'warn', 'error', 'silent'], GATEWAY_DEFAULTS.logLevel),
  clusters: z.record(z.string(), gatewayCluster).refine(hasEntries, 'must have at least one cluster'),
});

function noProtocol(cluster: unknown): string {
  if (typeof cluster !== 'object' || cluster === null) return 'must be an object';
  try {
    parseChoice('protocol' in cluster ? cluster.protocol : undefined, ['pazpar2', 'http']);
    return 'must be an object';
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

function hasEntries(clusters: object): boolean {
  return Object.keys(clusters).length > 0;
}
