import { expect } from '@jest/globals';
import { call } from '../http-client.ts';
import type { Prediction, RoutingModel } from './model.ts';
import type { RealCluster, Step } from './real-cluster.ts';

/** Runs a request and compares what came of it, and what the balancer holds afterwards, with the prediction. */
async function request(
  model: RoutingModel,
  { url, world, balancer }: RealCluster,
  { query, predicted }: { readonly query: string; readonly predicted: Prediction },
): Promise<string> {
  world.attempts.splice(0);
  const { status, text } = await call(`${url}?${query}`);
  expect({ status, attempts: world.attempts }).toEqual({
    status: predicted.status,
    attempts: predicted.attempts,
  });
  expect(text).toContain(predicted.holds);
  const members = balancer.snapshot().members.map((member) => ({
    route: member.route,
    standing: member.standing,
    state: member.state.administrative,
    restsFor: member.state.restsFor,
    busy: member.busy,
  }));
  expect(members).toEqual(
    model.members.map(({ route, standing, state, restsUntil }) => ({
      route,
      standing,
      state,
      restsFor: Math.max(0, (restsUntil ?? model.now) - model.now),
      busy: 0,
    })),
  );
  return text;
}

/** A new session. */
export class Init implements Step {
  check(): boolean {
    return true;
  }

  async run(model: RoutingModel, real: RealCluster): Promise<void> {
    const text = await request(model, real, { query: 'command=init', predicted: model.init() });
    const [, value = '', number = '', route = ''] = /<session>((\d+)\.(\w+))<\/session>/.exec(text) ?? [];
    if (value !== '') model.sessions.push({ value, number, route });
  }

  toString(): string {
    return 'init';
  }
}

/** A request of one of the sessions that were ever handed out. */
export class Ask implements Step {
  readonly #which: number;
  readonly #command: 'ping' | 'search';

  constructor(which: number, command: 'ping' | 'search') {
    this.#which = which;
    this.#command = command;
  }

  check({ sessions }: Readonly<RoutingModel>): boolean {
    return sessions.length > 0;
  }

  async run(model: RoutingModel, real: RealCluster): Promise<void> {
    const session = model.sessions[this.#which % model.sessions.length];
    if (session === undefined) return;
    const query = `command=${this.#command}&query=x&session=${session.value}`;
    await request(model, real, { query, predicted: model.ask(this.#command, session) });
  }

  toString(): string {
    return `${this.#command} of session ${this.#which}`;
  }
}
