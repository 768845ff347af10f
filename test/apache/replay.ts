import type { RawReply } from './raw-client.ts';
import { RawClient } from './raw-client.ts';
import type { SeenRequest } from './vector-backends.ts';
import { VectorBackends } from './vector-backends.ts';
import type { RecordedHeader, Vector, VectorConfig, VectorRequest } from './vectors.ts';

/** A balancer under test, in front of the members of a scenario. */
export interface Subject {
  readonly port: number;
  stop(): Promise<void>;
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
    for (const step of vector.requests) outcomes.push(await play(step, client, backends));
  } finally {
    client.close();
    await subject.stop();
    await backends.stop();
  }
  return outcomes;
}

async function play(
  step: VectorRequest,
  client: RawClient,
  backends: VectorBackends,
): Promise<Outcome | undefined> {
  const { op, member = '', backendReply = '', backendCloses = false } = step;
  if (op === 'down') await backends.down(member);
  if (op === 'up') await backends.up(member);
  if (op === 'behave') backends.behave(member, step.behaviour ?? {});
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
