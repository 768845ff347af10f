import { HeldRequests } from './held-requests.ts';
import { RawClient } from './raw-client.ts';
import { type Outcome, play, type Stage, type StartSubject } from './replay.ts';
import { VectorBackends } from './vector-backends.ts';
import type { VectorConfig, VectorRequest } from './vectors.ts';

/** What came of one request at both. */
export interface Pair {
  readonly request: VectorRequest;
  readonly apache: Outcome;
  readonly ours: Outcome;
}

/** Sends the same requests to two balancers before the same members, one after the other. */
export async function compare(
  config: VectorConfig,
  requests: readonly VectorRequest[],
  [startApache, startOurs]: readonly [StartSubject, StartSubject],
): Promise<Pair[]> {
  const backends = await VectorBackends.start({ config });
  const stages: Stage[] = [];
  const enter = async (start: StartSubject): Promise<Stage> => {
    const subject = await start(config, backends);
    const client = new RawClient(subject.port);
    const stage = { subject, client, backends, held: new HeldRequests(client, backends) };
    stages.push(stage);
    return stage;
  };
  try {
    const apache = await enter(startApache);
    const ours = await enter(startOurs);
    const pairs: Pair[] = [];
    for (const request of requests) {
      pairs.push({ request, apache: await ask(request, apache), ours: await ask(request, ours) });
    }
    return pairs;
  } finally {
    for (const { client, subject } of stages) {
      client.close();
      await subject.stop();
    }
    await backends.stop();
  }
}

async function ask(request: VectorRequest, stage: Stage): Promise<Outcome> {
  const outcome = await play(request, stage);
  if (outcome === undefined) throw new Error('a step without outcome is no request');
  return outcome;
}
