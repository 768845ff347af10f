import { connect as connectPlain, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

import type { Clock } from '../clock.ts';
import { connectFailure, connectTimeoutFailure, handshakeFailure } from './connect-failure.ts';
import type { MemberAddress } from './member-url.ts';
import type { SecureConnection } from './secure-connection.ts';
import type { TransportFailure } from './transport.ts';

export interface ConnectOptions {
  readonly address: MemberAddress;
  /** For name, TCP and TLS together, in milliseconds. */
  readonly connectTimeout: number;
  readonly clock: Clock;
  /** For a member where TLS is spoken. */
  readonly secure?: SecureConnection | undefined;
  /** Reads past the stream, into a buffer of the caller's. Not for TLS. */
  readonly onread?: OnReadOpts | undefined;
}

type ConnectCallback = (failure: TransportFailure | undefined) => void;

/** One read of the kernel fills it. Less, the default of Node 20, would stop and start reading at every piece of a large reply. */
const BUFFERING = { highWaterMark: 64 * 1024 };

/**
 * Opens one connection to a member. A name with several addresses is tried address by address (RFC 8305).
 * `done` is called once, later; never if the caller destroys the socket before. Afterwards errors are the caller's.
 */
export function connectSocket(options: ConnectOptions, done: ConnectCallback): Socket {
  const { secure, clock, connectTimeout } = options;
  const socket = open(options);
  let reached = false;
  let timeout: TransportFailure | undefined;
  const timer = clock.setTimeout(() => {
    timeout = connectTimeoutFailure(connectTimeout);
    socket.destroy(timeout);
  }, connectTimeout);

  const onError = (error: Error): void => {
    timer.cancel();
    done(timeout ?? (reached ? handshakeFailure(error) : connectFailure(error)));
  };
  const onClose = (): void => timer.cancel();
  const onReady = (): void => {
    timer.cancel();
    socket.off('error', onError);
    socket.off('close', onClose);
    done(undefined);
  };
  socket.once('error', onError);
  socket.once('close', onClose);
  if (secure !== undefined) socket.once('connect', () => void (reached = true));
  socket.once(secure !== undefined ? 'secureConnect' : 'connect', onReady);
  return socket;
}

function open({ address, secure, onread }: ConnectOptions): Socket {
  const { host, port, socketPath } = address;
  const reading = onread === undefined ? BUFFERING : { onread };
  if (socketPath !== undefined) return connectPlain({ path: socketPath, ...reading });
  if (secure === undefined) return connectPlain({ host, port, noDelay: true, ...reading });
  return connectTls({ host, port, ...secure }).setNoDelay(true);
}
