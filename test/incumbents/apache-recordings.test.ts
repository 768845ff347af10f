import { expect, test } from '@jest/globals';
import { describeIncumbent } from '../helpers/describe-incumbent.ts';
import { apacheSubject } from '../apache/apache-subject.ts';
import { differingRows } from '../apache/comparison.ts';
import { replay } from '../apache/replay.ts';
import { readVectors } from '../apache/vectors.ts';

/** Steps that had been taken between the recorded ones are missing, so that the books differ. */
const INCOMPLETE: Readonly<Record<string, readonly number[]>> = { 'st-M': [8, 9] };

const vectors = [...readVectors('sticky'), ...readVectors('headers')];

describeIncumbent('apache2', () => {
  test.each(vectors.map((vector) => [vector.id, vector] as const))(
    'scenario %s comes out as it was recorded',
    async (id, vector) => {
      const differing = differingRows(vector, await replay(vector, apacheSubject));
      expect(differing.map(({ row }) => row)).toEqual(INCOMPLETE[id] ?? []);
    },
    30_000,
  );
});
