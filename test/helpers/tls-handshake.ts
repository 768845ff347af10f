import { once } from 'node:events';
import { connect } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { TEST_AUTHORITY } from './certificates.ts';

/** What client and server agreed on. */
export interface Handshake {
  /** Such as "TLSv1.3". */
  readonly version: string | null;
  /** "h2", "http/1.1", or false where the client did not ask. */
  readonly alpn: string | false | null;
  /** Common name of the server's certificate. */
  readonly commonName: string;
}

/** Shakes hands with a server on this machine and leaves. Rejects when it refuses. */
export async function shakeHands(port: number, options: ConnectionOptions = {}): Promise<Handshake> {
  const socket = connect({ port, host: '127.0.0.1', ca: TEST_AUTHORITY, ...options });
  try {
    await once(socket, 'secureConnect');
    const { subject } = socket.getPeerCertificate();
    const commonName = [subject.CN].flat().join();
    return { version: socket.getProtocol(), alpn: socket.alpnProtocol, commonName };
  } finally {
    socket.on('error', () => undefined);
    socket.destroy();
  }
}
