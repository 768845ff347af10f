import type { Fate } from './fates.ts';

/** One request of the soak, as its client will make it. */
export interface PlannedRequest {
  readonly n: number;
  readonly command: string;
  /** The session value; undefined for `init`. */
  readonly session: string | undefined;
  readonly fate: Fate;
  /** Bytes of body to be answered. */
  readonly size: number;
  readonly how:
    | 'get'
    | 'head'
    | 'form'
    | 'chunked form'
    | 'long query'
    | 'pipelined'
    | 'upload'
    | 'websocket';
  /** Sends the body of an upload only when it is told to. */
  readonly expects: boolean;
  /** Breaks off a conversation whose other side would go on. */
  readonly tears: boolean;
  readonly gzip: boolean;
  /** A connection of its own. */
  readonly closes: boolean;
  /** Reads the reply with pauses. */
  readonly slowly: boolean;
  /** When the client leaves: while it still writes, some milliseconds after it asked, or when it has the reply's first bytes. */
  readonly leaves: 'writing' | 'waiting' | 'reading' | undefined;
  /** Milliseconds, for those who leave while waiting. */
  readonly patience: number;
}

type Weighted<T> = readonly (readonly [weight: number, value: T])[];

const COMMANDS: Weighted<string> = [
  [30, 'show'],
  [15, 'ping'],
  [15, 'stat'],
  [10, 'search'],
  [8, 'termlist'],
  [8, 'bytarget'],
  [6, 'record'],
  [5, 'init'],
  [3, 'stop'],
];
const FATES: Weighted<Fate> = [
  [860, 'answer'],
  [30, 'late'],
  [10, 'drip'],
  [20, 'lost'],
  [10, 'reset'],
  [10, 'end'],
  [10, 'resetOnce'],
  [10, 'endOnce'],
  [5, 'behindHead'],
  [12, 'cut'],
  [12, 'resetHalfway'],
  [10, 'garbage'],
  [1, 'hang'],
];
/** Uploads may be answered while they are on their way. */
const UPLOAD_FATES: Weighted<Fate> = [...FATES, [50, 'early']];
/** A third of the conversations are torn by the backend. */
const WEBSOCKET_FATES: Weighted<Fate> = [
  [600, 'answer'],
  [30, 'late'],
  [20, 'lost'],
  [10, 'reset'],
  [10, 'end'],
  [10, 'resetOnce'],
  [10, 'endOnce'],
  [30, 'behindHead'],
  [150, 'cut'],
  [150, 'resetHalfway'],
  [10, 'garbage'],
  [1, 'hang'],
];
/** An `init` that fails once would fail again elsewhere, and half of one is none. */
const INIT_FATES: Weighted<Fate> = [
  [900, 'answer'],
  [50, 'late'],
  [20, 'reset'],
  [20, 'end'],
  [10, 'garbage'],
  [1, 'hang'],
];
const SIZES: Weighted<number> = [
  [60, 50],
  [30, 14_000],
  [9, 40_000],
  [1, 180_000],
];
const WAYS: Weighted<PlannedRequest['how']> = [
  [80, 'get'],
  [8, 'form'],
  [4, 'chunked form'],
  [3, 'long query'],
  [5, 'head'],
  [5, 'pipelined'],
];
/** The backends read no chunked forms, as Pazpar2 reads none. */
const HTTP_WAYS: Weighted<PlannedRequest['how']> = [
  ...WAYS.filter(([, way]) => way !== 'chunked form'),
  [8, 'upload'],
  [8, 'websocket'],
];
/** Some of them have their reply before they leave. */
const LEAVES = 0.12;
const SESSIONS = 500;

/** Plans the requests of the soak: the same ones for the same seed. */
export class RequestPlan {
  readonly #random: () => number;
  readonly #routes: readonly string[];
  readonly #commands: Weighted<string>;
  readonly #ways: Weighted<PlannedRequest['how']>;
  #planned = 0;

  constructor(random: () => number, routes: readonly string[], protocol: 'pazpar2' | 'http' = 'pazpar2') {
    this.#random = random;
    this.#routes = routes;
    this.#commands = protocol === 'http' ? COMMANDS.filter(([, name]) => name !== 'init') : COMMANDS;
    this.#ways = protocol === 'http' ? HTTP_WAYS : WAYS;
  }

  next(): PlannedRequest {
    this.#planned += 1;
    const command = this.#pick(this.#commands);
    const isInit = command === 'init';
    const number = 1 + Math.floor(this.#random() * SESSIONS);
    const how = this.#pick(this.#ways);
    const route = this.#routes[Math.floor(this.#random() * this.#routes.length)] ?? '';
    return {
      n: this.#planned,
      command,
      session: isInit ? undefined : `${number}.${route}`,
      fate: this.#pick(isInit ? INIT_FATES : fatesOf(how)),
      size: this.#pick(SIZES),
      how: isInit && how === 'pipelined' ? 'get' : how,
      gzip: this.#random() < 0.2,
      closes: this.#random() < 0.05,
      slowly: this.#random() < 0.02,
      expects: this.#random() < 0.3,
      tears: this.#random() < 0.3,
      leaves: this.#random() < LEAVES ? this.#pick(LEAVING) : undefined,
      patience: 30 * this.#random(),
    };
  }

  #pick<T>(choices: Weighted<T>): T {
    const total = choices.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.#random() * total;
    for (const [weight, value] of choices) {
      left -= weight;
      if (left < 0) return value;
    }
    throw new RangeError('nothing to pick from');
  }
}

const LEAVING: Weighted<'writing' | 'waiting' | 'reading'> = [
  [1, 'writing'],
  [6, 'waiting'],
  [3, 'reading'],
];

function fatesOf(how: PlannedRequest['how']): Weighted<Fate> {
  if (how === 'upload') return UPLOAD_FATES;
  return how === 'websocket' ? WEBSOCKET_FATES : FATES;
}

/** The arguments of a request. */
export function argumentsOf({ n, command, session, fate, size, how }: PlannedRequest): URLSearchParams {
  const args = new URLSearchParams({ command, n: String(n), fate, size: String(size) });
  if (session !== undefined) args.set('session', session);
  if (n % 2 === 0 && command !== 'init') args.set('block', '1');
  if (how === 'long query') args.set('pad', 'p'.repeat(5000));
  return args;
}
