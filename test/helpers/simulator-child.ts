/**
 * A program that is one simulator, so that it can be killed as a process is killed. Its options come as JSON in the first argument;
 * it says `{ url }` to its parent, takes changes of behaviour from it, and ends with it.
 */
import { PazparSimulator } from '../../lib/simulator/index.ts';
import type { SimulatorBehaviour, SimulatorOptions } from '../../lib/simulator/index.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as SimulatorOptions;
const simulator = await PazparSimulator.start(options);
process.on('message', (changes: Partial<SimulatorBehaviour>) => simulator.behave(changes));
process.on('disconnect', () => process.exit());
process.send?.({ url: simulator.url });
