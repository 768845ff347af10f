export { createShim } from './create-shim.ts';
export type { CreateShimOptions } from './create-shim.ts';
export { OptionsError } from '../lib/errors.ts';
export type { ShimOptions } from '../lib/config/options.ts';
export type { Mountable } from '../lib/gateway/mountable.ts';
