import { expect } from '@jest/globals';
import type { AdministrativeState } from '../../../lib/cluster/member-settings.ts';
import { REMOVE_AFTER, type ModelMember, type RoutingModel } from './model.ts';
import type { RealCluster, Step } from './real-cluster.ts';
import type { ServerMood } from './world.ts';

/** Every server that a route ever had has a url of its own. */
function urlOf(route: string, edition: number): string {
  return `http://${route}-${edition}.example/search.pz2`;
}

/** Anything else that happens: a function for each side. */
class Happening implements Step {
  readonly #name: string;
  readonly #happen: (model: RoutingModel, real: RealCluster) => void;

  constructor(name: string, happen: (model: RoutingModel, real: RealCluster) => void) {
    this.#name = name;
    this.#happen = happen;
  }

  check(): boolean {
    return true;
  }

  run(model: RoutingModel, real: RealCluster): Promise<void> {
    this.#happen(model, real);
    return Promise.resolve();
  }

  toString(): string {
    return this.#name;
  }
}

export function setState(route: string, state: AdministrativeState): Happening {
  return new Happening(`${route} becomes ${state}`, (model, { balancer }) => {
    const member = model.member(route);
    expect(balancer.members.setState(route, state)).toBe(member !== undefined);
    if (member !== undefined) Object.assign(member, { state, leavesAt: undefined });
  });
}

export function setMood(route: string, mood: ServerMood): Happening {
  return new Happening(`${route} is ${mood}`, (model, { world }) => {
    const url = model.member(route)?.url;
    if (url === undefined) return;
    const server = world.server(url);
    if (mood === 'dead') server.sessions.clear();
    server.mood = mood;
  });
}

export function add(route: string, edition: number, loadFactor: number): Happening {
  return new Happening(`${route} is added`, (model, { balancer }) => {
    if (model.member(route) !== undefined) return;
    balancer.members.add({ route, url: urlOf(route, edition), loadFactor: loadFactor / 100 });
    model.add(route, urlOf(route, edition), loadFactor);
  });
}

export function remove(route: string, drain: boolean): Happening {
  return new Happening(`${route} is removed${drain ? ' in peace' : ''}`, (model, { balancer }) => {
    const member = model.member(route);
    expect(balancer.members.remove(route, { drain })).toBe(member !== undefined);
    if (!drain) model.remove(route);
    else if (member !== undefined) leave(model, member);
  });
}

export function replace(route: string, edition: number): Happening {
  return new Happening(`${route} becomes another server`, (model, { balancer }) => {
    const url = urlOf(route, edition);
    if (model.member(route)?.url === url) return;
    balancer.members.update(route, { url });
    model.replace(route, url);
  });
}

/** A member is its route: one that is missing leaves in peace, one that was leaving stays, one that is new is added. */
export function reload(routes: readonly string[]): Happening {
  return new Happening(`a configuration with ${routes.join()}`, (model, { balancer, configure }) => {
    const members = routes.map((wanted) => {
      const { url, loadFactor } = model.member(wanted) ?? { url: urlOf(wanted, 0), loadFactor: 100 };
      return { route: wanted, url, loadFactor };
    });
    balancer.apply(configure(members));
    for (const { route: wanted, url, loadFactor } of members) {
      const member = model.member(wanted);
      if (member === undefined) model.add(wanted, url, loadFactor);
      else if (member.leavesAt !== undefined)
        Object.assign(member, { state: 'enabled', leavesAt: undefined });
    }
    for (const member of model.members) {
      if (!routes.includes(member.route) && member.leavesAt === undefined) leave(model, member);
    }
  });
}

function leave(model: RoutingModel, member: ModelMember): void {
  Object.assign(member, { state: 'draining', leavesAt: model.now + REMOVE_AFTER });
}

export function pass(milliseconds: number): Happening {
  return new Happening(`${milliseconds} ms pass`, (model, { clock }) => {
    clock.advance(milliseconds);
    model.pass(milliseconds);
  });
}
