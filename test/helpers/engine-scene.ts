import { createServer, request as startRequest, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { checkClusterOptions, checkStatisticsOptions } from '../../lib/config/check.ts';
import type { ClusterOptions } from '../../lib/config/options.ts';
import type { StatisticsOptions } from '../../lib/config/statistics-options.ts';
import { Balancer } from '../../lib/gateway/balancer.ts';
import { behindEnginePath } from '../../lib/gateway/engine-path.ts';
import { senderAddress } from '../../lib/gateway/sender-address.ts';
import { StatisticsHandler } from '../../lib/gateway/statistics-handler.ts';
import { silentLogger } from '../../lib/observability/logger.ts';
import { FakeClock } from './fake-clock.ts';

/** An answer of the engine. */
export interface EngineReply {
  readonly status: number;
  readonly text: string;
  readonly type: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

/** How something is asked, beside the target. */
export interface EngineCallOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A statistics engine behind a plain server, with farms that nobody connects to, on a clock that stands still. */
export class EngineScene {
  readonly clock: FakeClock = new FakeClock();
  readonly #server: Server;
  #balancers: readonly Balancer[] = [];
  #handler: StatisticsHandler | undefined;

  private constructor() {
    this.#server = createServer((request, response) => {
      const [target = ''] = (request.url ?? '').split('?');
      this.#handler?.handle(request, response, {
        path: behindEnginePath(target, '/athena') ?? target,
        address: senderAddress(request, () => false),
      });
    });
  }

  static async start(): Promise<EngineScene> {
    const scene = new EngineScene();
    scene.#server.listen(0, '127.0.0.1');
    await once(scene.#server, 'listening');
    return scene;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Begins anew with these farms. */
  async play(
    farms: Readonly<Record<string, ClusterOptions>>,
    options: StatisticsOptions = {},
  ): Promise<Balancer[]> {
    await this.#close();
    const balancers = Object.entries(farms).map(
      ([name, cluster]) =>
        new Balancer(checkClusterOptions({ limits: 'off', ...cluster }, { name }), { clock: this.clock }),
    );
    this.#balancers = balancers;
    const config = checkStatisticsOptions(options);
    this.#handler = new StatisticsHandler(() => balancers.map(({ farm }) => farm), config, {
      clock: this.clock,
      logger: silentLogger,
    });
    return balancers;
  }

  /** Sends a target as it stands, which `fetch` would not do. */
  async ask(target: string, { method, headers = {}, body }: EngineCallOptions = {}): Promise<EngineReply> {
    const request = startRequest({
      port: this.port,
      host: '127.0.0.1',
      path: target,
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { ...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }), ...headers },
    });
    request.end(body);
    const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    await once(response, 'end');
    const { statusCode: status = 0, headers: replyHeaders } = response;
    return { status, text, type: replyHeaders['content-type'] ?? '', headers: replyHeaders };
  }

  async json(target: string): Promise<unknown> {
    return JSON.parse((await this.ask(target, { headers: { Accept: 'application/json' } })).text);
  }

  /** Everything that an update could change. */
  async state(): Promise<unknown> {
    const engine = await this.json('/athena/status/engine');
    return [await this.json('/athena/status/phys'), await this.json('/athena/status/farm'), engine];
  }

  async stop(): Promise<void> {
    await this.#close();
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #close(): Promise<void> {
    await Promise.all(this.#balancers.map((balancer) => balancer.close()));
    this.#balancers = [];
  }
}
