import { execFile } from 'node:child_process';
import { parseFigure } from '../../load/figure-name.ts';
import type { FigureSource, SourcedFigures } from './figure-source.ts';

const TIMEOUT_MS = 5000;
const LARGEST = 1024;

/** A figure that a command of the operator's prints: one number. */
export class CommandFigure implements FigureSource {
  readonly #name: string;
  readonly #command: string;

  constructor(name: string, command: string) {
    this.#name = name;
    this.#command = command;
  }

  read(): Promise<SourcedFigures> {
    const options = { timeout: TIMEOUT_MS, maxBuffer: LARGEST, encoding: 'utf8' as const };
    return new Promise((resolve) => {
      execFile('/bin/sh', ['-c', this.#command], options, (error, stdout) => {
        const value = error === null ? parseFigure(stdout.trim()) : undefined;
        if (value !== undefined) resolve({ figures: { [this.#name]: value } });
        else resolve({ figures: {}, problem: `${this.#name}: ${describe(error, stdout)}` });
      });
    });
  }
}

function describe(error: Error | null, stdout: string): string {
  if (error === null)
    return `the command printed no number but ${JSON.stringify(stdout.trim().slice(0, 40))}`;
  return `the command failed: ${error.message.trim().split('\n').slice(0, 2).join(' ')}`;
}
