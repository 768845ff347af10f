import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ForkedServer } from './forked-server.ts';
import { freePort } from './free-port.ts';

const CHILD = fileURLToPath(new URL(`./application-child${extname(import.meta.url)}`, import.meta.url));

/** How an application server behaves; undefined leaves it as it is. */
export interface ApplicationBehaviour {
  /** Takes requests and answers none, until it is over. */
  readonly hang: boolean;
  /** Milliseconds. */
  readonly replyDelay: number;
}

/** What the application answers to every request. */
export interface ApplicationReply {
  readonly route: string;
  /** Whose session the cookie names. */
  readonly user: string;
  /** The session began with this request. */
  readonly isNew: boolean;
  /** Requests of this session so far, this one included, and those of them by POST. */
  readonly count: number;
  readonly posts: number;
  /** Bytes and SHA-256 of the upload. */
  readonly size: number;
  readonly digest: string;
}

/** An application server in a process of its own, with sessions in its memory. */
export type ApplicationProcess = ForkedServer<ApplicationBehaviour>;

export async function startApplicationProcess(route: string): Promise<ApplicationProcess> {
  const port = await freePort();
  const server = new ForkedServer<ApplicationBehaviour>(CHILD, `http://127.0.0.1:${port}`, { route, port });
  await server.boot();
  return server;
}
