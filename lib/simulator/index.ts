export { inventWorks, type Work } from './catalogue.ts';
export { expectedResult, type ExpectedResult } from './expected-result.ts';
export type { LoggedRequest } from './request-log.ts';
export type { SimulatorBehaviour, SimulatorOptions } from './simulator-options.ts';
export { PazparSimulator, type SimulatorCounters } from './simulator.ts';
export { defaultTargets, type Target } from './target.ts';
export type { Weaknesses } from './weaknesses.ts';
