import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { platform } from 'node:os';
import { expect, test } from '@jest/globals';
import { cpuTime } from './cpu-time.ts';

// Only Linux shows it.
if (platform() === 'linux') {
  test('the processor time of a process includes what its children use', async () => {
    const busy = 'const until = process.cpuUsage().user + 2e5; while (process.cpuUsage().user < until);';
    const parent = spawn(process.execPath, [
      '-e',
      `require('node:child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(busy)}]); console.log(); setInterval(() => {}, 1e6);`,
    ]);
    await once(parent.stdout, 'data');
    const used = cpuTime(parent.pid ?? 0);
    parent.kill();
    await once(parent, 'exit');
    expect(used).toBeGreaterThanOrEqual(0.2);
  });
} else {
  test('elsewhere there is nothing to read', () => expect(() => cpuTime(process.pid)).toThrow('/proc'));
}
