import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path/posix';
import { describe, expect, test } from '@jest/globals';
import { isKnownPart, offencesOf } from './helpers/import-rules.ts';
import { REPOSITORY, sourceFiles } from './helpers/repository.ts';
import { importsOf } from './helpers/source-code.ts';

const manifest = createRequire(import.meta.url)('pazpar2-balancer/package.json') as {
  dependencies: Record<string, string>;
};
const DEPENDENCIES = Object.keys(manifest.dependencies);
/** Runs in a browser, where there is no lib/clock.ts, and imports nothing but itself. */
const PAGE = 'lib/cli/demo/page/';
const FILES = sourceFiles('lib', 'middleware', 'shim').filter((file) => !file.startsWith(PAGE));

test('the product keeps the rules of who may import whom', () => {
  const offences = FILES.flatMap((file) =>
    offencesOf(file, readFileSync(join(REPOSITORY, file), 'utf8'), DEPENDENCIES),
  );
  expect(offences).toEqual([]);
});

test('the page of the demo imports nothing but its own files', () => {
  const imports = sourceFiles(PAGE).flatMap((file) =>
    importsOf(readFileSync(join(REPOSITORY, file), 'utf8')).map(({ text }) => join(dirname(file), text)),
  );
  expect(imports.length).toBeGreaterThan(0);
  expect(imports.filter((file) => !file.startsWith(PAGE))).toEqual([]);
});

test('every part of the product has a place in the rules', () => {
  expect(FILES).toContain('lib/errors.ts');
  expect(FILES.filter((file) => !isKnownPart(file))).toEqual([]);
});

describe('allowed', () => {
  test.each([
    [
      'lib/cluster/cluster.ts',
      `import { OptionsError } from '../errors.ts';\nimport type { X } from './member.ts';`,
    ],
    ['lib/config/schema.ts', `import type {\n  ForwardSettings,\n} from '../forward/forward-settings.ts';`],
    [
      'lib/gateway/gateway.ts',
      `import { x } from '../config/check.ts';\nexport * from '../forward/forwarding.ts';`,
    ],
    ['middleware/index.ts', `import express from 'express';\nimport { x } from '../lib/gateway/gateway.ts';`],
    ['lib/cli/demo.ts', `const { x } = await import('../simulator/simulator.ts');`],
    [
      'lib/simulator/server.ts',
      `import express from 'express';\nimport { x } from '../protocol/commands.ts';`,
    ],
    ['lib/clock.ts', `const now = () => Date.now() + performance.now() + Math.random(); setTimeout(now, 1);`],
    [
      'lib/forward/attempt.ts',
      `// as import { x } from '../health/probe.ts'\nsocket.setTimeout(3); clock.setTimeout(x, 3);`,
    ],
    [
      'lib/forward/attempt.ts',
      `/* Date.now() */ const url = 'http://x'; /** setTimeout( */ this.#setTimeout(1);`,
    ],
  ])('%s: %s', (file, source) => {
    expect(offencesOf(file, source, ['express'])).toEqual([]);
  });
});

describe('refused', () => {
  test.each([
    [
      'lib/cluster/member.ts',
      `\nimport { x } from '../forward/lane.ts';`,
      ':2: ../forward/lane.ts: lib/cluster stands below lib/forward',
    ],
    [
      'lib/forward/lane.ts',
      `import type {\n  X,\n} from '../session/table.ts';`,
      ':1: ../session/table.ts: lib/selection, lib/health',
    ],
    [
      'lib/errors.ts',
      `export { x } from './config/check.ts';`,
      ':1: ./config/check.ts: lib/errors.ts stands below lib/config',
    ],
    ['middleware/index.ts', `import '../lib/cli/main.ts';`, 'middleware stands below lib/cli'],
    ['lib/config/check.ts', `import { x } from '../../test/helpers/x.ts';`, 'parts of the product only'],
    [
      'lib/gateway/gateway.ts',
      `await import('../simulator/server.ts')`,
      'tests and examples import the simulator',
    ],
    [
      'lib/simulator/server.ts',
      `import { x } from '../cluster/cluster.ts';`,
      'the simulator imports lib/errors.ts',
    ],
    ['lib/gateway/gateway.ts', `import express from 'express';`, 'express is for middleware'],
    ['lib/gateway/gateway.ts', `import type { X } from 'express/lib/x.js';`, 'express is for middleware'],
    ['shim/index.ts', `import supertest from 'supertest';`, 'its dependencies only'],
    [
      'shim/index.ts',
      `const x = require('@scope/name/part');`,
      '@scope/name/part: the product imports its dependencies only',
    ],
    ['lib/config/file.ts', `import fs from 'fs';`, 'with node: in front'],
    [
      'lib/load/meter.ts',
      `\n\nconst start = Date.now();`,
      ':3: Date.now: time and chance come from lib/clock.ts only',
    ],
    ['lib/load/meter.ts', 'const id = `${Math.random()}`;', 'Math.random: time and chance'],
    ['lib/load/meter.ts', `setTimeout(f, 1)`, 'setTimeout(: time and chance'],
    ['lib/load/meter.ts', `globalThis.setInterval(f, 1)`, 'time and chance'],
    ['lib/load/meter.ts', `const a = performance.now(), b = new Date();`, 'performance.now: time and chance'],
    ['lib/load/meter.ts', `import { setTimeout as sleep } from 'node:timers/promises';`, 'time and chance'],
  ])('%s: %s', (file, source, offence) => {
    expect(offencesOf(file, source, ['express']).join('\n')).toContain(offence);
  });
});
