import { request as startRequest, type Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { uploadBody } from './fates.ts';
import { performPipelined } from './pipelined-client.ts';
import { argumentsOf, type PlannedRequest } from './request-plan.ts';
import { performWebSocket } from './websocket-client.ts';

export interface ReplyEnding {
  readonly kind: 'reply';
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** How a request ended, seen from its client. */
export type Ending =
  | ReplyEnding
  /** The connection ended before the reply was complete. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'left' }
  /** Neither: the very thing that must not be. */
  | { readonly kind: 'hang' };

export interface ClientSurroundings {
  readonly address: string;
  readonly agent: Agent;
  readonly limit: number;
}

const FORM = 'application/x-www-form-urlencoded';
const SLOW_MS = 2;

/** Makes a request as planned. */
export function perform(planned: PlannedRequest, surroundings: ClientSurroundings): Promise<Ending> {
  if (planned.how === 'pipelined') return performPipelined(planned, surroundings);
  if (planned.how === 'websocket') return performWebSocket(planned, surroundings);
  return new Promise((resolve) => {
    const request = open(planned, surroundings);
    const timers: NodeJS.Timeout[] = [];
    let over = false;
    const finish = (ending: () => Ending): void => {
      if (over) return;
      over = true;
      for (const timer of timers) clearTimeout(timer);
      resolve(ending());
    };
    const leave = (): void => {
      finish(() => ({ kind: 'left' }));
      request.destroy();
    };
    const giveUp = (): void => {
      finish(() => ({ kind: 'hang' }));
      request.destroy();
    };
    timers.push(setTimeout(giveUp, surroundings.limit));
    if (planned.leaves === 'waiting') timers.push(setTimeout(leave, planned.patience));
    request.on('error', () => finish(() => ({ kind: 'cut' })));
    request.on('response', (response) => read(response, planned, { finish, leave }));
    write(request, planned, leave);
  });
}

function open(planned: PlannedRequest, { address, agent }: ClientSurroundings): ClientRequest {
  const { how, gzip, closes, expects } = planned;
  const asForm = how === 'form' || how === 'chunked form';
  const [host, port] = address.split(':');
  return startRequest({
    host,
    port,
    agent: closes ? false : agent,
    method: asForm || how === 'upload' ? 'POST' : how === 'head' ? 'HEAD' : 'GET',
    path: asForm ? '/search.pz2' : `/search.pz2?${argumentsOf(planned).toString()}`,
    headers: {
      ...(asForm ? { 'Content-Type': FORM } : {}),
      ...(how === 'upload' && expects ? { Expect: '100-continue' } : {}),
      ...(gzip ? { 'Accept-Encoding': 'gzip' } : {}),
    },
  });
}

function write(request: ClientRequest, planned: PlannedRequest, leave: () => void): void {
  const { how, leaves, expects } = planned;
  if (how === 'upload') {
    if (expects) request.once('continue', () => upload(request, planned, leave));
    else upload(request, planned, leave);
    return;
  }
  const form = argumentsOf(planned).toString();
  if (how !== 'form' && how !== 'chunked form') {
    request.end();
    if (leaves === 'writing') leave();
    return;
  }
  if (how === 'form') request.setHeader('Content-Length', form.length);
  request.write(form.slice(0, 20));
  if (leaves === 'writing') request.once('socket', () => setImmediate(leave));
  else request.end(form.slice(20));
}

/** In four chunks. */
function upload(
  request: ClientRequest,
  { n, size, slowly, leaves }: PlannedRequest,
  leave: () => void,
): void {
  const body = uploadBody(n, size);
  const quarter = Math.ceil(size / 4);
  const send = (from: number): void => {
    if (from >= size) {
      request.end();
      return;
    }
    request.write(body.subarray(from, from + quarter));
    if (leaves === 'writing' && from > 0) leave();
    else if (slowly) setTimeout(() => send(from + quarter), SLOW_MS);
    else send(from + quarter);
  };
  send(0);
}

interface Ways {
  readonly finish: (ending: () => Ending) => void;
  readonly leave: () => void;
}

function read(response: IncomingMessage, planned: PlannedRequest, { finish, leave }: Ways): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    if (planned.leaves === 'reading') leave();
    if (!planned.slowly) return;
    response.pause();
    setTimeout(() => response.resume(), SLOW_MS);
  });
  response.on('error', () => finish(() => ({ kind: 'cut' })));
  response.on('end', () => finish(() => replyOf(response, Buffer.concat(chunks))));
}

function replyOf({ statusCode: status = 0, headers }: IncomingMessage, bytes: Buffer): Ending {
  const isGzip = headers['content-encoding'] === 'gzip' && bytes.length > 0;
  return { kind: 'reply', status, headers, body: (isGzip ? gunzipSync(bytes) : bytes).toString('latin1') };
}
