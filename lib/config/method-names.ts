import type { MethodName } from '../selection/create-selector.ts';

/** Methods that need nothing but their name. */
export const METHOD_NAMES: readonly MethodName[] = [
  'byrequests',
  'bytraffic',
  'bybusyness',
  'bysessions',
  'p2c',
];
