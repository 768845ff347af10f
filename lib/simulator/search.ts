import type { Clock, Random, Timer } from '../clock.ts';
import { findWorks } from './expected-result.ts';
import type { Work } from './catalogue.ts';
import type { Query } from './query.ts';
import { RecordList } from './record-list.ts';
import type { Target } from './target.ts';

/** Where the search of one target stands, in Pazpar2's words. */
export type ClientState =
  | 'Client_Connecting'
  | 'Client_Working'
  | 'Client_Idle'
  | 'Client_Error'
  | 'Client_Disconnected';

/** The search of one target. */
export interface TargetClient {
  readonly target: Target;
  state: ClientState;
  hits: number;
  /** Records fetched so far. */
  records: number;
  /** 0, or the number of the error. */
  diagnostic: number;
}

/** What happened to a search: `records` came, or a target `settled` and will send no more. */
export type SearchEvent = 'records' | 'settled';

/** What is searched for. */
export interface SearchPlan {
  /** The query as the client wrote it. */
  readonly text: string;
  readonly query: Query;
  readonly targets: readonly Target[];
  /** In place of the targets' own. */
  readonly latency?: Target['latency'] | undefined;
}

interface Step {
  /** Milliseconds after the search began. */
  readonly at: number;
  run(): SearchEvent | undefined;
}

/** Pazpar2's number for a target that cannot be reached. */
const CONNECT_FAILED = 10_000;
/** Parts of a target's latency after which it is connected, and after which its batches come. */
const CONNECTED = 0.3;
const BATCHES = [0.6, 0.8, 1];

/** A search over several targets that answer in batches over time. */
export class Search {
  readonly text: string;
  readonly clients: readonly TargetClient[];
  /** What has come so far. */
  readonly records: RecordList;
  readonly #clock: Clock;
  readonly #started: number;
  readonly #notify: (event: SearchEvent) => void;
  #steps: readonly Step[];
  #timer: Timer | undefined;

  constructor(
    plan: SearchPlan,
    time: { clock: Clock; random: Random },
    notify: (event: SearchEvent) => void,
  ) {
    this.text = plan.text;
    this.records = new RecordList(plan.text);
    this.#clock = time.clock;
    this.#started = time.clock.monotonic();
    this.#notify = notify;
    this.clients = plan.targets.map(newClient);
    this.#steps = this.clients
      .flatMap((client) => this.#plan(client, plan, time.random))
      .sort((one, other) => one.at - other.at);
    this.#schedule();
  }

  get activeClients(): number {
    return this.clients.filter(isActive).length;
  }

  get preferredReady(): boolean {
    return !this.clients.some((client) => client.target.preferred === true && isActive(client));
  }

  /** Ends the search; what was found stays. */
  stop(): void {
    this.#timer?.cancel();
    this.#steps = [];
    for (const client of this.clients) if (isActive(client)) client.state = 'Client_Disconnected';
  }

  #plan(client: TargetClient, plan: SearchPlan, random: Random): Step[] {
    const [smallest, largest] = plan.latency ?? client.target.latency;
    const latency = smallest + random.next() * (largest - smallest);
    const { works } = client.target;
    if (works === undefined) return [{ at: latency, run: () => fail(client) }];
    const found = findWorks(works, plan.query).map(client.target.present ?? asItIs);
    const connect: Step = { at: latency * CONNECTED, run: () => connected(client) };
    const batches = BATCHES.map((part, index): Step => {
      const batch = found.slice(
        Math.ceil((found.length * index) / BATCHES.length),
        Math.ceil((found.length * (index + 1)) / BATCHES.length),
      );
      const last = index === BATCHES.length - 1;
      return {
        at: latency * part,
        run: () => this.#receive(client, batch, { hits: found.length, last }),
      };
    });
    return [connect, ...batches];
  }

  #receive(
    client: TargetClient,
    batch: readonly Work[],
    answer: { hits: number; last: boolean },
  ): SearchEvent | undefined {
    client.hits = answer.hits;
    client.records += batch.length;
    for (const work of batch) this.records.add(client.target, work);
    if (answer.last) client.state = 'Client_Idle';
    if (batch.length > 0) return 'records';
    return answer.last ? 'settled' : undefined;
  }

  #schedule(): void {
    const next = this.#steps[0];
    if (next === undefined) return;
    const due = this.#started + next.at - this.#clock.monotonic();
    this.#timer = this.#clock.setTimeout(() => this.#advance(), Math.max(0, Math.ceil(due)));
  }

  #advance(): void {
    const elapsed = this.#clock.monotonic() - this.#started;
    const later = this.#steps.findIndex((step) => step.at > elapsed);
    const due = later === -1 ? this.#steps : this.#steps.slice(0, later);
    this.#steps = later === -1 ? [] : this.#steps.slice(later);
    const events = new Set(due.map((step) => step.run()));
    this.#schedule();
    if (events.has('records')) this.#notify('records');
    if (events.has('records') || events.has('settled')) this.#notify('settled');
  }
}

function asItIs(work: Work): Work {
  return work;
}

function newClient(target: Target): TargetClient {
  return { target, state: 'Client_Connecting', hits: 0, records: 0, diagnostic: 0 };
}

function isActive(client: TargetClient): boolean {
  return client.state === 'Client_Connecting' || client.state === 'Client_Working';
}

function connected(client: TargetClient): undefined {
  client.state = 'Client_Working';
}

function fail(client: TargetClient): SearchEvent {
  client.state = 'Client_Error';
  client.diagnostic = CONNECT_FAILED;
  return 'settled';
}
