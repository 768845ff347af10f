import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import type { Clock, Timer } from '../clock.ts';
import { BalancerError } from '../errors.ts';
import { passedTrailers } from '../protocol/http/trailers.ts';
import { askForBody, isBodyWithheld } from './expectation.ts';
import type { UploadWait } from './transport.ts';

/** Limits of an upload. */
export interface UploadLimits {
  /** Bytes that are held, so that a body up to this size can be sent again. */
  readonly replayBodySize: number;
  /** Milliseconds for the client to send its next piece. */
  readonly bodyTimeout: number;
  readonly clock: Clock;
}

/** Hears how the body leaves. */
export type UploadProgress = (bytes: number, waitsFor: UploadWait) => void;

/** What takes the body: a member's request. Trailers stand behind a chunked body only; elsewhere they are dropped. */
export interface UploadDestination extends Writable {
  addTrailers?(trailers: readonly [string, string][]): void;
}

interface Destination {
  readonly stream: UploadDestination;
  readonly progress: UploadProgress;
}

/**
 * A request's body on its way to a member, as fast as the member takes it. Nothing is read before the first member is connected; what was
 * read is held up to a limit, so that it can be sent to another one from its start.
 */
export class RequestUpload {
  /** Called once if the client does not send its body to the end. */
  onBroken: (error: BalancerError) => void = () => undefined;
  readonly #request: IncomingMessage;
  readonly #limits: UploadLimits;
  #held: Buffer[] | undefined = [];
  #heldBytes = 0;
  #listening = false;
  #complete = false;
  #destination: Destination | undefined;
  /** Runs while the client's next piece is waited for. */
  #lateness: Timer | undefined;

  constructor(request: IncomingMessage, limits: UploadLimits) {
    this.#request = request;
    this.#limits = limits;
  }

  /** True while all that was read is held. */
  get canReplay(): boolean {
    return this.#held !== undefined;
  }

  /** True while the client waits for 100 Continue, which `start` says. */
  get isWithheld(): boolean {
    return isBodyWithheld(this.#request);
  }

  /** Bytes of body that came so far. */
  bytes = 0;

  /** Writes the body into a member's request, from its start, and ends it, with its trailers. Only while `canReplay`. */
  start(stream: UploadDestination, progress: UploadProgress): void {
    askForBody(this.#request);
    this.#destination = { stream, progress };
    let isTaken = true;
    for (const chunk of this.#held ?? []) isTaken = stream.write(chunk);
    if (this.#complete) this.#finish();
    else this.#goOn(isTaken, this.#heldBytes);
    stream.on('drain', () => {
      if (this.#destination?.stream === stream && !this.#complete) this.#goOn(true, 0);
    });
    this.#listen();
  }

  /** Writes no more into the request that was started last; the rest stays where it is. */
  stop(): void {
    if (this.#destination === undefined) return;
    this.#destination = undefined;
    this.#lateness?.cancel();
    if (!this.#complete) this.#request.pause();
  }

  /** Nobody wants the rest: reads it, so that the connection can carry another request. */
  discard(): void {
    this.#destination = undefined;
    this.#lateness?.cancel();
    this.#held = undefined;
    this.#request.resume();
  }

  #listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    this.#request.on('data', (chunk: Buffer) => this.#data(chunk));
    this.#request.on('end', () => {
      this.#complete = true;
      this.#finish();
    });
    // That the client has gone is heard of by its response.
    this.#request.on('error', () => undefined);
  }

  #data(chunk: Buffer): void {
    this.bytes += chunk.length;
    this.#hold(chunk);
    const { stream } = this.#destination ?? {};
    if (stream !== undefined) this.#goOn(stream.write(chunk), chunk.length);
  }

  #hold(chunk: Buffer): void {
    if (this.#held === undefined) return;
    this.#heldBytes += chunk.length;
    if (this.#heldBytes <= this.#limits.replayBodySize) this.#held.push(chunk);
    else this.#held = undefined;
  }

  #goOn(isTaken: boolean, bytes: number): void {
    this.#lateness?.cancel();
    this.#destination?.progress(bytes, isTaken ? 'client' : 'member');
    if (!isTaken) {
      this.#request.pause();
      return;
    }
    const { clock, bodyTimeout } = this.#limits;
    this.#lateness = clock.setTimeout(() => this.#tooLate(), bodyTimeout);
    this.#request.resume();
  }

  #finish(): void {
    this.#lateness?.cancel();
    const { stream, progress } = this.#destination ?? {};
    const trailers = passedTrailers(this.#request.rawTrailers);
    if (trailers.length > 0) stream?.addTrailers?.(trailers.map(({ name, value }) => [name, value]));
    stream?.end();
    progress?.(0, 'member');
  }

  #tooLate(): void {
    this.#destination = undefined;
    this.onBroken(new BalancerError('CLIENT_TIMEOUT', 'the body did not arrive in time'));
  }
}
