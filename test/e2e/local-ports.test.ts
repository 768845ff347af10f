import { expect, test } from '@jest/globals';
import { loadLocalPorts, namespaceProblem, type LocalPortsOutcome } from '../helpers/local-ports.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';

/** `npm run ports` asks for 120 seconds. */
const SECONDS = Number(process.env['PORTS_SECONDS'] ?? 3);
const PER_SECOND = 1000;
const WARM_UP = 1000;
const socketPath = useTemporaryDirectory();

const problem = namespaceProblem();

if (problem === undefined) {
  /** Linux keeps a closed connection's port for 60 seconds: more requests than ports make it run out, if nothing is done. */
  test(
    `${PER_SECOND} show a second for ${SECONDS} s towards an address that is no loopback address do not run out of local ports`,
    async () => {
      const outcome = await loadLocalPorts({
        perSecond: PER_SECOND,
        seconds: SECONDS,
        atOnce: 64,
        memberCloses: true,
        socketPath: socketPath('front'),
      });
      process.stdout.write(`${JSON.stringify(outcome)}\n`);
      expect(outcome.answers).toEqual({ 200: PER_SECOND * SECONDS + WARM_UP });
    },
    SECONDS * 10_000 + 60_000,
  );

  test('with hardly any local port, connections are kept instead, and counted', async () => {
    const outcome: LocalPortsOutcome = await loadLocalPorts({
      perSecond: 200,
      seconds: 3,
      // Fewer than there are kept connections.
      atOnce: 8,
      ports: [20_000, 20_040],
      memberCloses: false,
      socketPath: socketPath('front'),
    });
    expect(outcome.answers).toEqual({ 200: 600 + WARM_UP });
    expect(outcome.portFallbacks).toBeGreaterThan(0);
  }, 60_000);
} else {
  process.stderr.write(`local ports cannot be tried here: ${problem}\n`);
  test('a network namespace of the own is not permitted here, so local ports cannot be tried', () => {
    expect(problem).toMatch(/not permitted|permission|ENOENT|not found|No space/i);
  });
}
