import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tableRows } from '../helpers/markdown.ts';
import { REPOSITORY } from '../helpers/repository.ts';
import type { Report } from './report.ts';
import { speedTable } from './speed-table.ts';

const README = readFileSync(join(REPOSITORY, 'README.md'), 'utf8');
const REPORT = JSON.parse(readFileSync(join(REPOSITORY, 'test/bench/last-run.json'), 'utf8')) as Report;

test('the README’s table of speed is that of the run that it names', () => {
  expect(tableRows(README, '## Speed')).toEqual(speedTable(REPORT));
  expect(README).toContain(`${REPORT.machine}, ${REPORT.date.slice(0, 10)}`);
});

test('in that run every reply of ours was right', () => {
  const ours = REPORT.cases.flatMap(({ figures }) => figures.filter(({ title }) => title.startsWith('our ')));
  expect(ours.length).toBeGreaterThan(0);
  expect(ours.filter(({ wrong }) => wrong > 0)).toEqual([]);
});
