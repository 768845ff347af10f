/** Stands in for four Pazpar2 servers: writes replies as they do and does nothing else, so that the proxies are what is timed. Run by `fork`. */
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { pieces, serialiseReply } from '../../lib/simulator/http-reply.ts';
import { initDocument, LARGE_SHOW, PING, SHOW } from './documents.ts';

const PING_REPLY = [reply(PING)];
const SHOW_REPLY = [...pieces(reply(SHOW))];
const LARGE_REPLY = [...pieces(reply(LARGE_SHOW))];

let sessions = 0;
/** Connections whose request is not answered until the bench says so. */
const blocked = new Map<Socket, () => void>();

function reply(document: string): Buffer {
  return serialiseReply({ status: 200, reason: 'OK', document }, '1.1');
}

/** The pieces to write, undefined for a request that is answered when the bench says so. */
function answer(head: string, route: string): readonly Buffer[] | undefined {
  const command = /[?&]command=(\w+)/.exec(head)?.[1];
  if (command === 'ping') return PING_REPLY;
  if (command === 'init') return [reply(initDocument(`${(sessions += 1)}.${route}`))];
  if (/[?&]block=1/.test(head)) return undefined;
  return /[?&]num=256/.test(head) ? LARGE_REPLY : SHOW_REPLY;
}

/** Each piece goes out when the one before is written, and Nagle's algorithm stays on: that is what makes Pazpar2 slow on kept connections. */
function write(socket: Socket, parts: readonly Buffer[], done: () => void, index = 0): void {
  const part = parts[index];
  if (part === undefined) done();
  else socket.write(part, () => write(socket, parts, done, index + 1));
}

function accept(socket: Socket, route: string): void {
  let head = '';
  socket.setNoDelay(false);
  socket.on('error', () => undefined);
  socket.on('close', () => blocked.delete(socket));
  socket.on('data', (chunk: Buffer) => {
    head += chunk.toString('latin1');
    if (!head.endsWith('\r\n\r\n')) return;
    const closes = /\r\nconnection: close\r\n/i.test(head);
    const answered = answer(head, route);
    head = '';
    const respond = (parts: readonly Buffer[]): void =>
      write(socket, parts, () => void (closes && socket.end()));
    if (answered === undefined) blocked.set(socket, () => respond(SHOW_REPLY));
    else respond(answered);
  });
}

async function listen(route: string): Promise<number> {
  const server = createServer((socket) => accept(socket, route));
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, resolve));
  return (server.address() as AddressInfo).port;
}

const routes = process.argv.slice(2);
const ports = await Promise.all(routes.map((route) => listen(route)));
process.on('message', () => {
  for (const answerNow of blocked.values()) answerNow();
  blocked.clear();
  process.send?.('answered');
});
process.on('disconnect', () => process.exit());
process.send?.(routes.map((route, index) => ({ route, port: ports[index] })));
