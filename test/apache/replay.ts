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
  /** Stops a member, or lets it serve again. */
  setStopped?(member: string, stopped: boolean): unknown;
}

/** Starts a balancer as a scenario has it configured. */
export type StartSubject = (config: VectorConfig, backends: VectorBackends) => Promise<Subject>;

/** What came of one step. */
export interface Outcome {
  readonly reply: RawReply | undefined;
  /** What members got, first to last. */
  readonly seen: readonly SeenRequest[];
}

/** Plays the steps of a scenario to a balancer, with the ports as in the recording. Steps that are no request have no outcome. */
export async function replay(vector: Vector, startSubject: StartSubject): Promise<(Outcome | undefined)[]> {
  const backends = await VectorBackends.start(vector);
  const subject = await startSubject(vector.config, backends);
  const client = new RawClient(subject.port);
  const outcomes: (Outcome | undefined)[] = [];
  try {
    for (const step of vector.requests) outcomes.push(await play(step, { subject, client, backends }));
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
}

/** One step. */
export async function play(
  step: VectorRequest,
  { subject, client, backends }: Stage,
): Promise<Outcome | undefined> {
  const { op, member = '', backendReply = '', backendCloses = false, form } = step;
  if (op === 'down') await backends.down(member);
  if (op === 'up') await backends.up(member);
  if (op === 'behave') backends.behave(member, step.behaviour ?? {});
  if (op === 'sleep') subject.sleep?.(step.ms ?? 0);
  if (op === 'manager') subject.setStopped?.(form?.['w'] ?? '', form?.['w_status_S'] === '1');
  if (op !== undefined) return undefined;
  backends.next =
    backendReply === '' ? undefined : { bytes: backends.withRealPorts(backendReply), closes: backendCloses };
  const reply = await client.ask(step);
  return {
    reply: reply && { ...reply, headers: asRecorded(reply.headers, backends) },
    seen: backends.take().map(({ member: id, requestLine, headers, body }) => {
      return { member: id, requestLine, headers: asRecorded(headers, backends), body };
    }),
  };
}

function asRecorded(headers: readonly RecordedHeader[], backends: VectorBackends): RecordedHeader[] {
  return headers.map(([name, value]) => [name, backends.withRecordedPorts(value)]);
}
