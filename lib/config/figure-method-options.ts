import type { MethodName } from '../selection/create-selector.ts';
import type { Duration } from './duration.ts';

/** How methods by pushed statistics take them. */
export interface FigureOptions {
  /** Older statistics count as not known: 0 (never too old) to 24h. Defaults to '60s'. */
  readonly maxAge?: Duration;
  /** After which time an old number weighs 1/e of a new one: 0 (each counts as it comes) to 1h. Defaults to 0. */
  readonly smoothing?: Duration;
  /** Compares `all` members, or `two` that are drawn, so that not everybody rushes to the one that reported low. Defaults to 'all'. */
  readonly choices?: 'all' | 'two';
  /** Chooses where no member has a number. Defaults to 'byrequests'. */
  readonly fallback?: MethodName;
}

/** A method by pushed statistics, written out. */
export type FigureMethodOptions =
  | ({ readonly least: string } & FigureOptions)
  | ({ readonly most: string } & FigureOptions)
  | ({ readonly expression: string } & FigureOptions)
  | { readonly method: 'heartbeat'; readonly fallback?: MethodName };
