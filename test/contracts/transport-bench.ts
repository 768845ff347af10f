import { afterEach } from '@jest/globals';

import { systemClock, type Clock } from '../../lib/clock.ts';
import type { TransportMember } from '../../lib/forward/transport-member.ts';
import type { Exchange, Transport, UpstreamRequest } from '../../lib/forward/transport.ts';
import { ReplyRecorder } from '../helpers/reply-recorder.ts';
import { ScriptedBackend, type BackendOptions } from '../helpers/scripted-backend.ts';

export interface TransportSettings {
  readonly connectTimeout: number;
  readonly keepAliveTimeout: number;
}

/** What is under test, and what it does not do by design. */
export interface TransportKind {
  create(member: TransportMember, settings: TransportSettings, clock: Clock): Transport;
  readonly tls: boolean;
  /** Reads chunked replies. */
  readonly chunked: boolean;
  /** Reads replies that end with the connection. */
  readonly closeDelimited: boolean;
  /** Made for any application: sends what Node's parser has read, so it checks nothing; requests alone say which connection they take. */
  readonly general?: true;
}

export interface Sent {
  readonly reply: ReplyRecorder;
  readonly exchange: Exchange;
}

type TransportOptions = Partial<TransportMember & TransportSettings & { readonly clock: Clock }>;

/** Makes backends and transports for one test and takes them down after it. */
export class TransportBench {
  readonly #kind: TransportKind;
  readonly #backends: ScriptedBackend[] = [];
  readonly #transports: Transport[] = [];

  constructor(kind: TransportKind) {
    this.#kind = kind;
  }

  async backend(options?: BackendOptions): Promise<ScriptedBackend> {
    const backend = await ScriptedBackend.listen(options);
    this.#backends.push(backend);
    return backend;
  }

  /** A transport to `url`, direct and without a preference for connections unless told otherwise. */
  transport(url: string, options: TransportOptions = {}): Transport {
    const { clock = systemClock, connectTimeout = 5000, keepAliveTimeout = 20_000, ...member } = options;
    const transport = this.#kind.create(
      { direct: true, connections: 'auto', ...member, url },
      { connectTimeout, keepAliveTimeout },
      clock,
    );
    this.#transports.push(transport);
    return transport;
  }

  /** Sends a `GET` on a kept connection unless told otherwise. */
  send(transport: Transport, request: Partial<UpstreamRequest> = {}): Sent {
    const reply = new ReplyRecorder();
    const whole: UpstreamRequest = {
      method: 'GET',
      target: '/search.pz2?command=ping',
      headers: [],
      body: undefined,
      connection: 'kept',
      ...request,
    };
    return { reply, exchange: transport.send(whole, reply) };
  }

  /** Whatever a test did, nothing may stay open. */
  async cleanUp(): Promise<void> {
    for (const backend of this.#backends.splice(0)) await backend.stop();
    for (const transport of this.#transports.splice(0)) {
      await transport.close();
      if (transport.connections !== 0) throw new Error(`${transport.connections} connections stayed open`);
    }
  }
}

/** A bench for the tests of one `describe`. */
export function useTransportBench(kind: TransportKind): TransportBench {
  const bench = new TransportBench(kind);
  afterEach(() => bench.cleanUp());
  return bench;
}

/** A complete reply with the given body. */
export function okReply(body: string, headers = ''): string {
  return `HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;
}
