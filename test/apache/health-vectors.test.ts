import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { differingRowsOf, notPlayed } from './differences.ts';
import { healthVectors, miscellaneousVectors, recordedStates, replayProbes } from './health-replay.ts';

const played = healthVectors();
const inSteps = played.filter((vector) => recordedStates(vector).length > 0);

describe('what was recorded of probes', () => {
  test.each(inSteps.map((vector) => [vector.id, vector] as const))(
    '%s comes out the same, but for the probes that the page of differences names',
    async (id, vector) => {
      const recorded = recordedStates(vector);
      const statuses = vector.requests.map((status) => (typeof status === 'number' ? status : 200));
      const { states } = await replayProbes(vector, statuses);
      const differing = recorded.flatMap((state, index) =>
        isDeepStrictEqual(state, states[index])
          ? []
          : [{ row: index + 1, recorded: state, here: states[index] }],
      );
      expect(differing.filter(({ row }) => !differingRowsOf(id).includes(row))).toEqual([]);
      expect(differing.map(({ row }) => row)).toEqual(differingRowsOf(id));
    },
  );

  test('hc-12-stopped-disabled: a disabled member is probed, a stopped one is not', async () => {
    const vector = played.find(({ id }) => id === 'hc-12-stopped-disabled');
    expect(vector?.expected).toEqual([{ m1Probed: true, m2Probed: false }]);
    const { probed } = vector === undefined ? { probed: undefined } : await replayProbes(vector, [200, 200]);
    expect(probed).toEqual(new Set(['m1', 'm3']));
  });
});

test('every other scenario that was recorded beside those has its line', () => {
  const others = miscellaneousVectors()
    .map(({ id }) => id)
    .filter((id) => !played.some((vector) => vector.id === id));
  expect(notPlayed().filter((id) => !id.startsWith('mg-'))).toEqual(others);
});
