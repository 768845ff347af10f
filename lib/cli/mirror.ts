import * as z from 'zod';
import { systemClock, type Timer } from '../clock.ts';
import { parseDuration } from '../config/duration.ts';
import { Refusal } from '../config/refusal.ts';
import { parseToken } from '../config/token.ts';
import { EngineClient } from '../gateway/engine-client.ts';
import type { MirrorOutcome } from '../statistics/mirror.ts';
import { parseOptions } from './arguments.ts';
import { type CommandIo, UsageError } from './command.ts';
import { runUntilStopped } from './run-until-stopped.ts';

const HELP = `Usage: pazpar2-balancer mirror --from URL --to URL [--once | --interval 5s]

Copies what one statistics engine knows to another: states set by hand, overrides and
statistics with their age. Both need mirroring enabled with the same token, and what the
two have in common is copied: facts about farms or physicals that the other does not have
are reported, one a line.

  -f, --from URL            the engine to copy from, such as http://gateway-a.internal:8081/athena
  -t, --to URL              the engine to copy to
  -o, --once                copy once and end: exit status 1 if something could not be copied
  -i, --interval DURATION   copy every so often, 1s at least (5s)
  -h, --help                print this help

The token comes from the environment variable MIRROR_TOKEN.
`;

const outcome: z.ZodType<MirrorOutcome> = z.object({ taken: z.number(), differing: z.array(z.string()) });
const KINDS = ['farm', 'phys'] as const;
const SHORTEST_INTERVAL_MS = 1000;

interface MirrorOrder {
  readonly from: string;
  readonly to: string;
  readonly token: string;
}

/** Copies the state of one engine to another. See `CommandModule`. */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const { from, to, once, interval, help } = parseOptions(argv, {
    from: { type: 'string', short: 'f' },
    to: { type: 'string', short: 't' },
    once: { type: 'boolean', short: 'o' },
    interval: { type: 'string', short: 'i' },
    help: { type: 'boolean', short: 'h' },
  });
  if (help === true) {
    io.stdout.write(HELP);
    return 0;
  }
  const order = {
    from: engineUrl('from', from),
    to: engineUrl('to', to),
    token: tokenOf(io.environment['MIRROR_TOKEN']),
  };
  if (once === true && interval !== undefined)
    throw new UsageError('--once and --interval exclude each other');
  if (once === true) return (await copyAndTell(order, io)) ? 0 : 1;
  return copyAgainAndAgain(order, intervalOf(interval ?? '5s'), io);
}

function copyAgainAndAgain(order: MirrorOrder, interval: number, io: CommandIo): Promise<number> {
  const rounds = new Rounds(() => copyAndTell(order, io), interval);
  rounds.start();
  return runUntilStopped({ stop: () => rounds.stop() }, io.signals);
}

/** Does something again and again, with a pause after each time. */
class Rounds {
  readonly #action: () => Promise<unknown>;
  readonly #pause: number;
  #round: Promise<unknown> = Promise.resolve();
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(action: () => Promise<unknown>, pause: number) {
    this.#action = action;
    this.#pause = pause;
  }

  start(): void {
    this.#round = this.#act();
  }

  /** Resolves when the present round is over. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#round;
  }

  async #act(): Promise<void> {
    await this.#action();
    if (!this.#isStopped) this.#timer = systemClock.setTimeout(() => this.start(), this.#pause);
  }
}

/** True when everything was copied. Problems are told, whatever they are. */
async function copyAndTell(order: MirrorOrder, io: CommandIo): Promise<boolean> {
  try {
    const { taken, differing } = await copy(order);
    for (const text of differing) io.stderr.write(`not copied: ${text}\n`);
    if (taken > 0) io.stdout.write(`${taken} facts copied\n`);
    return differing.length === 0;
  } catch (error) {
    io.stderr.write(`pazpar2-balancer mirror: ${error instanceof Error ? error.message : String(error)}\n`);
    return false;
  }
}

async function copy({ from, to, token }: MirrorOrder): Promise<MirrorOutcome> {
  const source = new EngineClient({ url: from, token });
  const target = new EngineClient({ url: to, token });
  try {
    const outcomes = [];
    for (const kind of KINDS) {
      outcomes.push(outcomeOf(await target.post(`mirror/${kind}`, await source.get(`mirror/${kind}`))));
    }
    return {
      taken: outcomes.reduce((sum, { taken }) => sum + taken, 0),
      differing: outcomes.flatMap(({ differing }) => differing),
    };
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
}

function outcomeOf(answer: unknown): MirrorOutcome {
  const result = outcome.safeParse(answer);
  if (result.success) return result.data;
  throw new Error('the answer is none of a statistics engine');
}

function engineUrl(option: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`the option --${option} URL is missing`);
  if (/^https?:\/\//.test(value) && URL.canParse(value)) return value;
  throw new UsageError(
    `--${option}: must be the URL of an engine, such as "http://gateway-a.internal:8081/athena" (found ${JSON.stringify(value)})`,
  );
}

function tokenOf(value: string | undefined): string {
  if (value === undefined || value === '')
    throw new UsageError('the environment variable MIRROR_TOKEN is missing');
  return readOption('MIRROR_TOKEN', () => parseToken(value));
}

function intervalOf(text: string): number {
  const interval = readOption('--interval', () => parseDuration(text));
  if (interval >= SHORTEST_INTERVAL_MS) return interval;
  throw new UsageError(`--interval: must be 1s at least (found "${text}")`);
}

function readOption<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) throw new UsageError(`${name}: ${error.message}`);
    throw error;
  }
}
