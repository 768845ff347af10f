import { until } from '../helpers/until.ts';
import { HeldRequests } from './held-requests.ts';
import type { RawReply } from './raw-client.ts';
import { RawClient } from './raw-client.ts';
import type { SeenRequest } from './vector-backends.ts';
import { VectorBackends } from './vector-backends.ts';
import type { RecordedHeader, Vector, VectorConfig, VectorRequest } from './vectors.ts';

/** A balancer under test, in front of the members of a scenario. */
export interface Subject {
  readonly port: number;
  stop(): Promise<void>;
  /** Lets time pass, in milliseconds. */
  sleep?(milliseconds: number): void;
  /** Changes a member, or the method, as a form of Apache's manager says. */
  manage?(form: Readonly<Record<string, string>>): void;
  /** What is booked; undefined where that cannot be seen. */
  counters?(): Counters;
  /** Requests that are not over. */
  inFlight?(): number;
}

/** What a balancer has booked, with one value for each member as configured. */
export interface Counters {
  /** Undefined under a method that has other books. */
  readonly lbstatus: readonly number[] | undefined;
  readonly elected: readonly number[];
  readonly busy: readonly number[];
  /** Bytes sent and received. */
  readonly transferred: readonly number[];
  readonly read: readonly number[];
}

/** Starts a balancer as a scenario has it configured. */
export type StartSubject = (config: VectorConfig, backends: VectorBackends) => Promise<Subject>;

/** What came of one step. */
export interface Outcome {
  readonly reply: RawReply | undefined;
  /** What members got, first to last. */
  readonly seen: readonly SeenRequest[];
  /** After the step. */
  readonly counters: Counters | undefined;
}

/** Plays the steps of a scenario to a balancer, with the ports as in the recording. Steps that are no request have no outcome. */
export async function replay(vector: Vector, startSubject: StartSubject): Promise<(Outcome | undefined)[]> {
  const backends = await VectorBackends.start(vector);
  const subject = await startSubject(vector.config, backends);
  const client = new RawClient(subject.port);
  const outcomes: (Outcome | undefined)[] = [];
  try {
    const held = new HeldRequests(client, backends);
    for (const step of vector.requests) outcomes.push(await play(step, { subject, client, backends, held }));
  } finally {
    client.close();
    await subject.stop();
    await backends.stop();
  }
  return outcomes;
}

/** What a step is played on. */
export interface Stage {
  readonly subject: Subject;
  readonly client: RawClient;
  readonly backends: VectorBackends;
  readonly held: HeldRequests;
}

/** Steps that are no request of their own, but the beginning or the end of one. */
const HELD_STEPS: ReadonlySet<VectorRequest['op']> = new Set(['open', 'finish', 'abort', 'release']);

/** One step. */
export async function play(
  step: VectorRequest,
  { subject, client, backends, held }: Stage,
): Promise<Outcome | undefined> {
  const { op, member = '', backendReply = '', backendCloses = false, form } = step;
  if (op === 'down') await backends.down(member);
  if (op === 'up') await backends.up(member);
  if (op === 'behave') backends.behave(member, step.behaviour ?? {});
  if (op === 'sleep') subject.sleep?.(step.ms ?? 0);
  if (op === 'manager') subject.manage?.(form ?? {});
  const isHeldStep = HELD_STEPS.has(op);
  if (op !== undefined && !isHeldStep) return undefined;
  backends.next =
    backendReply === '' ? undefined : { bytes: backends.withRealPorts(backendReply), closes: backendCloses };
  const reply = isHeldStep ? await held.play(step) : await client.ask(step);
  await until(() => (subject.inFlight?.() ?? 0) <= held.size);
  return {
    reply: reply && { ...reply, headers: asRecorded(reply.headers, backends) },
    seen: backends.take().map(({ member: id, requestLine, headers, body }) => {
      return { member: id, requestLine, headers: asRecorded(headers, backends), body };
    }),
    counters: subject.counters?.(),
  };
}

function asRecorded(headers: readonly RecordedHeader[], backends: VectorBackends): RecordedHeader[] {
  return headers.map(([name, value]) => [name, backends.withRecordedPorts(value)]);
}
