import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ReplyHead, TunnelEnd } from '../forward/transport.ts';
import { OwnResponse } from './client-response.ts';

// Pieces that a client sends before it knows whether its handshake succeeds; more wait with it.
const MOST_EARLY = 16;

/**
 * The response to a request that asks for another protocol. Node gives such requests none, but the bare connection; with this one they are
 * answered as all others, errors included, until the protocol is switched.
 */
export class UpgradeResponse extends OwnResponse implements TunnelEnd {
  /** The client's connection. */
  readonly stream: Duplex;
  readonly #early: Buffer[];
  #isSwitched = false;

  /** @param head what the client sent behind its request */
  constructor(request: IncomingMessage, socket: Duplex, head: Buffer) {
    super(request);
    this.stream = socket;
    this.#early = [head];
    this.shouldKeepAlive = false;
    socket.on('error', () => undefined);
    // Only on a connection that is read it is heard that the client has gone.
    socket.on('data', this.#keep).on('end', this.#abandon);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Node says Duplex, because other servers may emit the event, and uses it as one
    this.assignSocket(socket as Socket);
    this.once('finish', () => this.#leave());
  }

  takeEarly(): Buffer {
    this.stream.off('data', this.#keep).off('end', this.#abandon).pause();
    return Buffer.concat(this.#early.splice(0));
  }

  /** True once the connection speaks the other protocol. */
  get isSwitched(): boolean {
    return this.#isSwitched;
  }

  /** Says that the protocol is switched (101); what follows on the connection is not ours. */
  switchProtocols({ status, reason, headers }: ReplyHead): void {
    this.#isSwitched = true;
    this.statusMessage = reason;
    this.writeHead(status, [...headers]);
    this.end();
  }

  readonly #keep = (chunk: Buffer): void => {
    this.#early.push(chunk);
    if (this.#early.length > MOST_EARLY) this.stream.pause();
  };

  readonly #abandon = (): void => void this.stream.destroy();

  #leave(): void {
    const { socket } = this;
    if (socket === null) return;
    this.detachSocket(socket);
    if (!this.#isSwitched) socket.end();
  }
}
