import { spawn } from 'node:child_process';
import { extname } from 'node:path';
import { expect, test } from '@jest/globals';
import { createLogger } from '../../lib/cli/logger.ts';

const LOGGER = new URL(`../../lib/cli/logger${extname(import.meta.url)}`, import.meta.url).href;
const LINES = 20_000;

test('every line reaches a reader that is slower than the program, in order and complete, whatever its characters', async () => {
  const program = `
    const { createLogger } = await import(${JSON.stringify(LOGGER)});
    const log = createLogger('info', process);
    for (let number = 0; number < ${LINES}; number++) {
      log.logger.info({ number, word: 'Bücher – книги' }, 'request');
      if (number % 500 === 0) await new Promise(setImmediate);
    }
    await log.flush();
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    text += String(chunk);
    await new Promise((resolve) => void setImmediate(resolve));
  }
  const lines = text.trimEnd().split('\n');
  expect(lines).toHaveLength(LINES);
  const unexpected = lines.filter((line, number) => {
    const fields: unknown = JSON.parse(line);
    return !isLine(fields, number);
  });
  expect(unexpected).toEqual([]);
});

test('the line of a request is as any other, with the time, and left out below its level', () => {
  const written: string[] = [];
  const stdout = { write: (line: string) => void written.push(line) };
  const log = createLogger('info', { stdout, stderr: stdout });
  const fields = { command: 'show', route: undefined, client: 'a "quoted" one', ms: 1.5 };
  log.logger.info(fields, 'request');
  log.logger.access?.(fields, 'request');
  log.setLevel('warn');
  log.logger.access?.(fields, 'request');
  const [byInfo, byAccess, ...more] = written.map((line) => {
    const { time, ...others } = JSON.parse(line) as { time: number };
    expect(line).toMatch(/^\{"level":30,"time":[0-9]{13},"pid":[0-9]+,"hostname":.*\}\n$/);
    expect(time).toBeGreaterThan(0);
    return others;
  });
  expect(byAccess).toEqual({ ...byInfo, pid: process.pid });
  expect(more).toEqual([]);
});

function isLine(fields: unknown, number: number): boolean {
  const { number: found, word, msg } = fields as Record<string, unknown>;
  return found === number && word === 'Bücher – книги' && msg === 'request';
}
