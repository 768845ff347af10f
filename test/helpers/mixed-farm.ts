import { FlakyLink } from './flaky-link.ts';
import { freePort } from './free-port.ts';
import { PROGRAM } from './program.ts';
import { startSimulatorProcess, type SimulatorProcess } from './simulator-process.ts';
import { spawnNode, type SpawnedProgram } from './spawn-program.ts';
import type { SimulatorOptions } from '../../lib/simulator/index.ts';

/** A member as a gateway's configuration has it. */
export interface FarmMember {
  readonly url: string;
  readonly route: string;
  readonly direct: boolean;
}

/**
 * Four servers in processes of their own, started in the same second, so that their session numbers coincide: pz1 with an id,
 * pz2 with an id at the far end of a link that may break, pz3 and pz4 without one, each behind the shim program.
 */
export class MixedFarm {
  readonly servers: ReadonlyMap<string, SimulatorProcess>;
  readonly link: FlakyLink;
  readonly shims: readonly SpawnedProgram[];
  readonly members: readonly FarmMember[];

  private constructor(
    servers: ReadonlyMap<string, SimulatorProcess>,
    link: FlakyLink,
    shims: readonly { readonly program: SpawnedProgram; readonly url: string }[],
  ) {
    this.servers = servers;
    this.link = link;
    this.shims = shims.map(({ program }) => program);
    this.members = [
      { route: 'pz1', url: servers.get('pz1')?.url ?? '', direct: true },
      { route: 'pz2', url: link.url, direct: false },
      { route: 'pz3', url: shims[0]?.url ?? '', direct: false },
      { route: 'pz4', url: shims[1]?.url ?? '', direct: false },
    ];
  }

  static async start(options: SimulatorOptions): Promise<MixedFarm> {
    const routes = ['pz1', 'pz2', 'pz3', 'pz4'];
    await startOfSecond();
    const servers = new Map(
      await Promise.all(
        routes.map(async (route, index) => {
          const id = index < 2 ? { id: route } : {};
          return [route, await startSimulatorProcess({ ...options, ...id })] as const;
        }),
      ),
    );
    const link = await FlakyLink.to(servers.get('pz2')?.url ?? '');
    const shims = await Promise.all(
      ['pz3', 'pz4'].map((route) => startShim(route, servers.get(route)?.url ?? '')),
    );
    return new MixedFarm(servers, link, shims);
  }

  /** What the shims wrote to their standard error. */
  get errors(): string {
    return this.shims.map(({ errors }) => errors()).join('');
  }

  /** @returns the shims' exit statuses */
  async stop(): Promise<(number | null)[]> {
    const statuses = await Promise.all(this.shims.map((shim) => shim.stop()));
    await this.link.stop();
    await Promise.all([...this.servers.values()].map((server) => server.kill()));
    return statuses;
  }
}

async function startShim(route: string, backend: string): Promise<{ program: SpawnedProgram; url: string }> {
  const listen = `127.0.0.1:${await freePort()}`;
  const program = spawnNode([PROGRAM, 'shim', '--backend', backend, '--id', route, '--listen', listen]);
  await program.printed(/"msg":"listening"/);
  return { program, url: `http://${listen}/search.pz2` };
}

async function startOfSecond(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1000 - (Date.now() % 1000)));
}
