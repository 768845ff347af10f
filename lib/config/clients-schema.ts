import * as z from 'zod';
import type { ClientsConfig } from './config.ts';
import { CLIENTS_DEFAULTS } from './defaults.ts';
import { CLIENTS_RANGES } from './ranges.ts';
import { count, duration } from './schema-fields.ts';

/** Connections of clients. */
export const clientsSchema: z.ZodType<ClientsConfig> = z.strictObject({
  maxConnections: count(CLIENTS_RANGES.maxConnections, CLIENTS_DEFAULTS.maxConnections),
  headersTimeout: duration(CLIENTS_RANGES.headersTimeout, CLIENTS_DEFAULTS.headersTimeout),
  keepAliveTimeout: duration(CLIENTS_RANGES.keepAliveTimeout, CLIENTS_DEFAULTS.keepAliveTimeout),
});

/** What holds where nothing is configured. */
export const DEFAULT_CLIENTS: ClientsConfig = Object.freeze(clientsSchema.parse({}));
