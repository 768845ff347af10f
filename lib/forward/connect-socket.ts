import { connect as connectPlain, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

import type { Clock } from '../clock.ts';
import { connectFailure, connectTimeoutFailure, handshakeFailure } from './connect-failure.ts';
import type { MemberAddress } from './member-url.ts';
import type { TransportFailure } from './transport.ts';

export interface ConnectOptions {
  readonly address: MemberAddress;
  /** For name, TCP and TLS together, in milliseconds. */
  readonly connectTimeout: number;
  readonly clock: Clock;
  /** Certificates trusted instead of the system's, PEM. */
  readonly ca: string | undefined;
  /** Reads past the stream, into a buffer of the caller's. Not for TLS. */
  readonly onread?: OnReadOpts;
}

type ConnectCallback = (failure: TransportFailure | undefined) => void;

/** One read of the kernel fills it. Less, the default of Node 20, would stop and start reading at every piece of a large reply. */
const BUFFERING = { highWaterMark: 64 * 1024 };

/**
 * Opens one connection to a member. A name with several addresses is tried address by address (RFC 8305).
 * `done` is called once, later; never if the caller destroys the socket before. Afterwards errors are the caller's.
 */
export function connectSocket(options: ConnectOptions, done: ConnectCallback): Socket {
  const { address, clock, connectTimeout } = options;
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
  if (address.secure) socket.once('connect', () => void (reached = true));
  socket.once(address.secure ? 'secureConnect' : 'connect', onReady);
  return socket;
}

function open({ address, ca, onread }: ConnectOptions): Socket {
  const { host, port, socketPath } = address;
  const reading = onread === undefined ? BUFFERING : { onread };
  if (socketPath !== undefined) return connectPlain({ path: socketPath, ...reading });
  if (!address.secure) return connectPlain({ host, port, noDelay: true, ...reading });
  // An address is no name that TLS could ask for (RFC 6066, section 3).
  const servername = isIP(host) === 0 ? host : '';
  const socket = connectTls({ host, port, servername, ALPNProtocols: ['http/1.1'], ca });
  return socket.setNoDelay(true);
}
