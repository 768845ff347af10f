import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { run } from '../../lib/cli/check.ts';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import { parseGatewayFile } from '../../lib/config/file.ts';
import { capturedIo } from '../helpers/captured-io.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';

const OPTIONS = {
  listen: '127.0.0.1:8080',
  clusters: { main: { path: '/', members: [{ url: 'http://127.0.0.1:9763', route: 'pz1' }] } },
};

describe('the check command', () => {
  const pathOf = useTemporaryDirectory();

  async function check(text: string, environment = {}) {
    const file = pathOf('gateway.yaml');
    await writeFile(file, text);
    const io = capturedIo(environment);
    const status = await run(['--config', file], io);
    return { status, out: io.out(), lines: io.err().replaceAll(file, 'FILE').split('\n') };
  }

  test('prints the whole configuration as a file that can be used in its place', async () => {
    const { status, out, lines } = await check(JSON.stringify(OPTIONS));
    expect(status).toBe(0);
    expect(lines).toEqual(['']);
    expect(parseGatewayFile(out, {}, 'output')).toEqual(checkGatewayOptions(OPTIONS));
  });

  test('fills in variables of the environment', async () => {
    const { out } = await check(JSON.stringify({ ...OPTIONS, listen: '127.0.0.1:${PORT}' }), { PORT: '81' });
    expect(out).toContain('listen: 127.0.0.1:81\n');
  });

  test('prints every error with its place and nothing else, and gives exit status 2', async () => {
    const { status, out, lines } = await check('listen: 127.0.0.1:8080\nadmn: 1\nclusters:\n  main: 3\n');
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(lines).toEqual([
      'FILE:2:1: admn: unknown option; did you mean "admin"?',
      'FILE:4:9: clusters.main: must be an object (found 3)',
      '',
    ]);
  });

  test('warns of what is more open than it may be meant to be, and takes the file all the same', async () => {
    const { status, out, lines } = await check(
      'listen: 127.0.0.1:8080\nclusters:\n  main:\n    path: /\n' +
        '    policy: { settings: [{ name: pz:allow, targets: [a.example] }] }\n' +
        '    members: [{ url: "http://127.0.0.1:9763", route: pz1 }]\n',
    );
    expect(status).toBe(0);
    expect(out).toContain('# - send the settings pz:allow for "a.example"\n');
    expect(lines).toEqual([
      'FILE:5:26: warning: clusters.main.policy.settings[0]: where the configuration of Pazpar2 sets pz:allow for exactly such a target (a.example), a value that one client sends holds for all users',
      '',
    ]);
  });

  test('reads secrets from files beside the configuration, and shows none', async () => {
    await writeFile(pathOf('token'), 'q2Jv7mXz0aB4cD6eF8gH1iK3\n');
    const main = { ...OPTIONS.clusters.main, entrances: [{ token: '${file:token}' }] };
    const { status, out } = await check(JSON.stringify({ ...OPTIONS, clusters: { main } }));
    expect(status).toBe(0);
    expect(out).toContain('token: (not shown)\n');
    expect(out).not.toContain('q2Jv7mXz0aB4cD6eF8gH1iK3');
  });

  test('tells of a file that cannot be read', async () => {
    const io = capturedIo();
    expect(await run(['-c', pathOf('none.yaml')], io)).toBe(2);
    expect(io.err()).toBe(`${pathOf('none.yaml')}: cannot be read: there is no such file\n`);
  });

  test('needs a file', async () => {
    await expect(run([], capturedIo())).rejects.toThrow('the option --config FILE is missing');
  });

  test('prints its help', async () => {
    const io = capturedIo();
    expect(await run(['--help'], io)).toBe(0);
    expect(io.out()).toMatch(/^Usage: pazpar2-balancer check --config FILE\n/);
  });
});
