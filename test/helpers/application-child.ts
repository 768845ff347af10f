/**
 * A program that is one application server with sessions in its memory, so that it can be killed as a process is killed. Under /strict its session ids
 * are numbers that other servers give as well: a request that comes to the wrong server finds somebody else's session there. Under /loose
 * ids are its own, since sessions may move.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { ApplicationBehaviour, ApplicationReply } from './application-process.ts';

interface Session {
  readonly id: string;
  readonly user: string;
  count: number;
  posts: number;
}

const { route, port } = JSON.parse(process.argv[2] ?? '') as { route: string; port: number };
const boots = JSON.parse(process.argv[3] ?? '') as number;
const sessions = new Map<string, Session>();
const sockets = new Set<Socket>();
let replyDelay = 0;
/** Resolves when the server answers. */
let awake: Promise<void> = Promise.resolve();
let wake = (): void => undefined;

function behave(changes: Partial<ApplicationBehaviour>): void {
  replyDelay = changes.replyDelay ?? replyDelay;
  if (changes.hang === true) awake = new Promise((resolve) => (wake = resolve));
  if (changes.hang === false) wake();
}

/** The ids of no two starts are the same, or a session would find itself in another's place after a restart. */
function begin(request: IncomingMessage): Session {
  const number = `${boots}-${sessions.size}`;
  const id = request.url?.startsWith('/strict') === true ? number : `${route}-${number}`;
  const session = { id, user: String(request.headers['x-user']), count: 0, posts: 0 };
  sessions.set(id, session);
  return session;
}

function find({ headers }: IncomingMessage): Session | undefined {
  const [, id = ''] = /(?:^|; )sid=([^;]*)/.exec(headers.cookie ?? '') ?? [];
  return sessions.get(id);
}

async function readUpload(request: IncomingMessage): Promise<Pick<ApplicationReply, 'size' | 'digest'>> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, digest: hash.digest('hex') };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const upload = await readUpload(request);
  await awake;
  if (replyDelay > 0) await pause(replyDelay);
  if (request.url === '/health') return void response.end('well');
  const known = find(request);
  const session = known ?? begin(request);
  session.count += 1;
  if (request.method === 'POST') session.posts += 1;
  const { id, user, count, posts } = session;
  const reply: ApplicationReply = { route, user, isNew: known === undefined, count, posts, ...upload };
  response.setHeader('Content-Type', 'application/json');
  if (known === undefined) response.setHeader('Set-Cookie', `sid=${id}`);
  response.end(JSON.stringify(reply));
}

const server = createServer((request, response) => {
  // A client, or the balancer, that went away.
  answer(request, response).catch(() => response.destroy());
});

server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
  socket.on('error', () => undefined);
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  socket.write(`${find(request)?.user ?? 'nobody'}@${route}\n`);
  socket.pipe(socket);
});
server.on('connection', (socket: Socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
});

/** Ends in peace: takes no more, answers what it has. */
process.on('SIGTERM', () => {
  server.close(() => process.exit());
  server.closeIdleConnections();
  setTimeout(() => sockets.forEach((socket) => socket.destroy()), 200);
});
process.on('message', behave);
process.on('disconnect', () => process.exit());
server.listen({ port, host: '127.0.0.1', backlog: 4096 }, () => process.send?.({ listens: true }));
