import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';

/** A directory for the tests of one file, removed after them. Returns a function that gives paths in it. */
export function useTemporaryDirectory(): (name: string) => string {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pazpar2-balancer-'));
  });
  afterAll(async () => {
    await rm(directory, { recursive: true });
  });
  return (name) => join(directory, name);
}
