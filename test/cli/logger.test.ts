import { spawn } from 'node:child_process';
import { extname } from 'node:path';
import { expect, test } from '@jest/globals';

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

function isLine(fields: unknown, number: number): boolean {
  const { number: found, word, msg } = fields as Record<string, unknown>;
  return found === number && word === 'Bücher – книги' && msg === 'request';
}
