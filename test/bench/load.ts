/** The load generator, in a process of its own so that it does not count as the proxy's work. Run by `fork`. */
import { measure, type LoadOrder } from './measure.ts';

process.on(
  'message',
  (order: LoadOrder) => void measure(order).then((measurement) => process.send?.(measurement)),
);
process.on('disconnect', () => process.exit());
