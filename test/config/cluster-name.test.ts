import { expect, test } from '@jest/globals';
import { parseClusterName } from '../../lib/config/cluster-name.ts';

test.each(['a', 'pz2cluster', 'pz2-cluster_2', 'x'.repeat(40)])('%s is a name', (name) => {
  expect(parseClusterName(name)).toBe(name);
});

test.each(['', '2x', '__proto__', 'a b', 'a.b', 'ä', 'x'.repeat(41), 'a\n'])('%j is none', (name) => {
  expect(() => parseClusterName(name)).toThrow('must be a name of at most 40 letters');
});
