import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { describeWithProgram } from './helpers/debian-program.ts';
import { useGatewayBench } from './helpers/gateway-bench.ts';
import { codeBlocks } from './helpers/markdown.ts';
import { REPOSITORY } from './helpers/repository.ts';

const README = readFileSync(join(REPOSITORY, 'README.md'), 'utf8');
const TRANSCRIPTS = codeBlocks(README).filter(({ language }) => language === 'console');
const INTERNAL = 'http://127.0.0.1:8081';

const bench = useGatewayBench();

describeWithProgram('what the README shows of', { name: 'curl', debianPackage: 'curl' }, () => {
  test('the statistics engine is what it answers', async () => {
    const members = ['pz1', 'pz2'].map((route) => ({ url: `http://${route}.internal:9763`, route }));
    const { internal } = await bench.gateway({ clusters: { pz2cluster: { path: '/search.pz2', members } } });
    const steps = TRANSCRIPTS.flatMap(({ text }) => stepsOf(text));
    expect(steps.length).toBeGreaterThan(5);
    for (const { command, answer } of steps) {
      const { stdout } = await promisify(execFile)('sh', ['-c', command.replaceAll(INTERNAL, internal)]);
      expect(`${command}\n${stdout}`).toBe(`${command}\n${answer}`);
    }
  });
});

/** Commands behind a `$`, each with the lines that follow. */
function stepsOf(transcript: string): { readonly command: string; readonly answer: string }[] {
  return transcript
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const end = step.indexOf('\n') + 1;
      return { command: step.slice(0, end - 1), answer: step.slice(end) };
    });
}
