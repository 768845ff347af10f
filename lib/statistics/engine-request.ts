import type { Format } from './format.ts';

/** What may be asked of the engine, as it stands in the path. */
export const REQUEST_KINDS = [
  'balance',
  'status/phys',
  'status/farm',
  'status/engine',
  'update/phys',
  'update/farm',
] as const;

export type RequestKind = (typeof REQUEST_KINDS)[number];

/** Which physical of this farm now? */
export interface BalanceRequest {
  readonly kind: 'balance';
  readonly farm: string;
  /** A session value: its own physical is answered while it serves its sessions. */
  readonly session: string | undefined;
  readonly format: Format | undefined;
}

/** How are physicals? One, those of one farm, or all. */
export interface PhysicalStatusRequest {
  readonly kind: 'status/phys';
  readonly host: string | undefined;
  readonly farm: string | undefined;
  readonly format: Format | undefined;
}

/** How are farms? */
export interface FarmStatusRequest {
  readonly kind: 'status/farm';
  readonly farm: string | undefined;
  readonly format: Format | undefined;
}

/** How is the engine? */
export interface EngineStatusRequest {
  readonly kind: 'status/engine';
}

/** What a physical says of itself, or an operator of it. */
export interface PhysicalUpdateRequest {
  readonly kind: 'update/phys';
  readonly host: string;
  readonly administrative: 'on' | 'off' | undefined;
  /** `auto` ends what `up` or `down` said, so that probes count again. */
  readonly health: 'up' | 'down' | 'auto' | undefined;
  readonly figures: readonly (readonly [name: string, value: number])[];
}

/** What an operator says of a farm. */
export interface FarmUpdateRequest {
  readonly kind: 'update/farm';
  readonly farm: string;
  readonly administrative: 'on' | 'off' | undefined;
  readonly health: 'up' | 'down' | undefined;
  /** Where to go when the farm has nobody; an empty text takes it back. */
  readonly forward: string | undefined;
}

export type EngineRequest =
  | BalanceRequest
  | PhysicalStatusRequest
  | FarmStatusRequest
  | EngineStatusRequest
  | PhysicalUpdateRequest
  | FarmUpdateRequest;

/** True for what changes something and therefore needs the right to. */
export function isUpdate({ kind }: EngineRequest): boolean {
  return kind === 'update/phys' || kind === 'update/farm';
}
