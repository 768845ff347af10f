/**
 * A program that is one backend of the soak: it does with each request what the request says, and writes as Pazpar2 writes, in
 * pieces of 4 kB without TCP_NODELAY. Arguments: its port. Ends with its parent.
 */
import { createServer, type Socket } from 'node:net';
import { pieces, serialiseReply, type Reply } from '../../lib/simulator/http-reply.ts';
import { sessionNumber } from '../../lib/simulator/session-list.ts';
import { converse, CONVERSING } from './conversation.ts';
import { answerBody, isFate, uploadDigest, type Fate } from './fates.ts';
import { readHead, readRequest, type RequestHead, type WholeRequest } from './backend-request.ts';
import { resetSocket } from '../../lib/simulator/reset-socket.ts';

const LATE_MS = 20;
const DRIP_MS = 5;

const CUTTING: ReadonlySet<Fate> = new Set(['behindHead', 'cut', 'resetHalfway']);

const EARLY = 'HTTP/1.1 413 Payload Too Large\r\nContent-Type: text/xml\r\nContent-Length: 0\r\n\r\n';

type Asked = RequestHead & WholeRequest;

let inits = 0;
/** Requests that were refused once and are to be answered when they come again. */
const refused = new Set<string>();

function replyTo(args: URLSearchParams, fate: Fate): Reply {
  if (fate === 'lost') {
    const reason = 'Session does not exist or it has expired';
    const error = `<error code="1" msg="${reason}">${args.get('session')}</error>`;
    return { status: 417, reason, document: `<?xml version="1.0" encoding="UTF-8"?>\n${error}` };
  }
  if (args.get('command') !== 'init') {
    return {
      status: 200,
      reason: 'OK',
      document: answerBody(Number(args.get('n')), Number(args.get('size'))),
    };
  }
  inits += 1;
  const session = sessionNumber(Date.now(), inits);
  const document = `<init><status>OK</status><session>${session}</session><protocol>1</protocol></init>`;
  return { status: 200, reason: 'OK', document };
}

/** Each piece goes out when the one before is written. */
function write(socket: Socket, parts: readonly Buffer[], done: () => void, pause = 0): void {
  const [part, ...rest] = parts;
  if (part === undefined) done();
  else socket.write(part, () => later(pause, () => write(socket, rest, done, pause)));
}

function later(milliseconds: number, action: () => void): void {
  if (milliseconds === 0) action();
  else setTimeout(action, milliseconds);
}

/** With what is said of an upload. */
function wholeReply({ args, upload }: Asked, fate: Fate): Buffer {
  const whole = serialiseReply(replyTo(args, fate), '1.1');
  if (upload === undefined) return whole;
  const headEnd = whole.indexOf('\r\n\r\n');
  const said = Buffer.from(`\r\nX-Upload: ${uploadDigest(upload)}`);
  return Buffer.concat([whole.subarray(0, headEnd), said, whole.subarray(headEnd)]);
}

function meet(socket: Socket, asked: Asked, fate: Fate): void {
  const { args, isHead, closes } = asked;
  const whole = wholeReply(asked, fate);
  const headEnd = whole.indexOf('\r\n\r\n') + 4;
  const bytes = isHead ? whole.subarray(0, headEnd) : whole;
  const half = [...pieces(whole.subarray(0, whole.length - Number(args.get('size') ?? 0) / 2 - 9))];
  const done = (): void => void (closes && socket.end());
  const thirds = [0, 1, 2].map((part) =>
    bytes.subarray((part * bytes.length) / 3, ((part + 1) * bytes.length) / 3),
  );
  const fates: Record<Fate, () => void> = {
    answer: () => write(socket, [...pieces(bytes)], done),
    late: () => later(LATE_MS, () => write(socket, [...pieces(bytes)], done)),
    drip: () => write(socket, thirds, done, DRIP_MS),
    lost: () => write(socket, [bytes], done),
    reset: () => resetSocket(socket),
    end: () => void socket.end(),
    resetOnce: () => resetSocket(socket),
    endOnce: () => void socket.end(),
    behindHead: () => void socket.end(bytes.subarray(0, headEnd)),
    cut: () => write(socket, half, () => socket.end()),
    resetHalfway: () => write(socket, half, () => later(DRIP_MS, () => resetSocket(socket))),
    garbage: () => void socket.end('HTTP/1.1 no status\r\n\r\n'),
    hang: () => undefined,
    // Was answered when its head came.
    early: done,
  };
  // Of a reply that is only a head nothing is left to be cut.
  fates[isHead && CUTTING.has(fate) ? 'answer' : fate]();
}

/** What to do this time: the fates that strike once strike the first time. */
function fateOf(args: URLSearchParams): Fate {
  const fate = args.get('fate') ?? '';
  if (!isFate(fate)) return 'answer';
  if (fate !== 'resetOnce' && fate !== 'endOnce') return fate;
  const n = args.get('n') ?? '';
  if (refused.delete(n)) return 'answer';
  refused.add(n);
  return fate;
}

/** What is said before the body of an upload is there. */
function meetHead(socket: Socket, { expects, query }: RequestHead): void {
  if (query.get('fate') === 'early') socket.write(EARLY);
  else if (expects) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
}

/** Meets the requests of one connection, which come one after the other. */
function accept(socket: Socket): void {
  let bytes = '';
  let head: RequestHead | undefined;
  const read = (chunk: Buffer): void => {
    bytes += chunk.toString('latin1');
    // Behind the end of a body that was answered early the next request may follow at once.
    while (meetNext()) continue;
  };
  const meetNext = (): boolean => {
    if (head === undefined) {
      head = readHead(bytes);
      if (head === undefined) return false;
      meetHead(socket, head);
    }
    const request = readRequest(head, bytes);
    if (request === undefined) return false;
    const asked = { ...head, ...request };
    bytes = bytes.slice(request.end);
    head = undefined;
    const fate = fateOf(request.args);
    if (asked.isWebSocket && CONVERSING.has(fate)) {
      socket.off('data', read);
      later(fate === 'late' ? LATE_MS : 0, () => converse(socket, fate));
      return false;
    }
    meet(socket, asked, fate);
    return true;
  };
  socket.setNoDelay(false);
  socket.on('error', () => undefined);
  socket.on('data', read);
}

const server = createServer({ allowHalfOpen: false }, accept);
server.listen(Number(process.argv[2]), '127.0.0.1', 1024, () => process.send?.('listening'));
process.on('disconnect', () => process.exit());
