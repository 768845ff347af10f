import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { inventWorks } from '../../lib/simulator/index.ts';
import type { PazparSimulator } from '../../lib/simulator/index.ts';
import { begin, ask } from './raw-connection.ts';
import { originOf, type Started } from './started.ts';

/** The one target that the configuration of the attacked server has. */
export const TARGET = 'z3950.example:210/db';
/** Its password there. */
export const PASSWORD = 'hunter2';
/** The text of a file on the attacked machine. */
export const FILE_CONTENT = 'for nobody else';

/** A Pazpar2 that obeys every attack, a folder that stands for its files, and somebody who listens on its network. */
export class AttackScene {
  readonly simulator: PazparSimulator;
  /** Another user's session, as the server knows it. */
  readonly victim: string;
  readonly spyAddress: string;
  readonly #folder: string;
  readonly #heard: string[];

  private constructor(
    simulator: PazparSimulator,
    victim: string,
    { folder, spyAddress, heard }: { folder: string; spyAddress: string; heard: string[] },
  ) {
    this.simulator = simulator;
    this.victim = victim;
    this.spyAddress = spyAddress;
    this.#folder = folder;
    this.#heard = heard;
  }

  static async prepare(started: Started, folder: string): Promise<AttackScene> {
    const works = inventWorks(20);
    const settings = { 'pz:authentication': `admin/${PASSWORD}`, 'pz:allow': '1' };
    const simulator = await started.simulator({
      targets: [{ id: TARGET, name: 'Library', works, latency: [0, 0], settings }],
      weaknesses: {
        badServiceKills: true,
        stylesheetFolder: folder,
        connects: true,
        sharesSettings: true,
        exits: true,
      },
    });
    await writeFile(join(folder, 'passwd'), `<passwd>${FILE_CONTENT}</passwd>`);
    const heard: string[] = [];
    const spyAddress = await listen(started, heard);
    const victim = await begin(simulator.port);
    simulator.clearRequests();
    return new AttackScene(simulator, victim, { folder, spyAddress, heard });
  }

  /** Address of the server's own endpoint. */
  get open(): string {
    return `${originOf(this.simulator)}/search.pz2`;
  }

  /** What connected to the spy has said. */
  get overheard(): string {
    return this.#heard.join('');
  }

  /** The text of a file on the attacked machine, undefined when there is none. */
  async fileText(name: string): Promise<string | undefined> {
    return readFile(join(this.#folder, name), 'utf8').catch(() => undefined);
  }

  /** Whether the server takes connections. */
  async isListening(): Promise<boolean> {
    const socket = connect(this.simulator.port, '127.0.0.1');
    const isConnected = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    return isConnected;
  }

  /** What the other user gets for a search. */
  async victimSearches(): Promise<string> {
    const reply = await ask(this.simulator.port, `command=search&query=the&session=${this.victim}`);
    return reply.body;
  }
}

async function listen(started: Started, heard: string[]): Promise<string> {
  const server = createServer((socket) => {
    socket.on('data', (chunk: Buffer) => heard.push(chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  started.also(async () => {
    server.close();
    await once(server, 'close');
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
