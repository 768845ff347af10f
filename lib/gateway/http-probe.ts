import { request as plainRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { HttpProbeConfig } from '../config/config.ts';
import { connectFailure, errorCode } from '../forward/connect-failure.ts';
import { parseMemberUrl } from '../forward/member-url.ts';
import { secureConnection } from '../forward/secure-connection.ts';
import type { Probe, ProbeResult } from '../health/probe.ts';
import { failureWords } from '../forward/failure-words.ts';

/** Bytes of a body in which the pattern is looked for. */
const LIMIT = 65_536;

/** Asks a member for a page on a connection of its own, and looks at the status and, where a pattern is given, at the body. */
export function httpProbe(config: HttpProbeConfig): Probe {
  return (member, done) => {
    const address = parseMemberUrl(member.settings.url);
    const { origin, host, port, secure, socketPath } = address;
    const request = (secure ? secureRequest : plainRequest)({
      method: config.method,
      path: config.path,
      ...(socketPath === undefined ? { host, port } : { socketPath }),
      headers: { Host: origin.host, Connection: 'close', Accept: '*/*', 'User-Agent': 'pazpar2-balancer' },
      agent: false,
      ...(secure ? secureConnection(address, member.settings.tls) : {}),
    });
    let over = false;
    const end = (result: ProbeResult): void => {
      if (over) return;
      over = true;
      request.destroy();
      done(result);
    };
    request.on('error', (error) => end({ ok: false, reason: reasonOf(error) }));
    request.on('response', (response) => judge(config, response, end));
    request.end();
    return { cancel: () => cancel(request, () => (over = true)) };
  };
}

function cancel(request: ClientRequest, silence: () => void): void {
  silence();
  request.destroy();
}

function judge(config: HttpProbeConfig, response: IncomingMessage, end: (result: ProbeResult) => void): void {
  const status = response.statusCode ?? 0;
  if (!config.status.some(([from, to]) => status >= from && status <= to)) {
    end({ ok: false, reason: `answered with status ${status}` });
    return;
  }
  if (config.body === undefined) {
    end({ ok: true });
    return;
  }
  const pattern = new RegExp(config.body);
  let body = Buffer.alloc(0);
  const decide = (): void => {
    const found = pattern.test(body.toString('utf8'));
    end(found ? { ok: true } : { ok: false, reason: `answered without ${String(pattern)}` });
  };
  response.on('data', (chunk: Buffer) => {
    body = Buffer.concat([body, chunk]).subarray(0, LIMIT);
    if (body.length === LIMIT) decide();
  });
  response.on('end', decide);
  response.on('error', () => end({ ok: false, reason: failureWords('truncated') }));
}

/** Node's parser and TLS have codes of their own; connections fail as those of transports do. */
function reasonOf(error: Error): string {
  const code = errorCode(error);
  if (code.startsWith('HPE_')) return failureWords('malformed');
  if (error.message === 'socket hang up') return failureWords('empty');
  if (!/^E[A-Z]+$/.test(code)) return failureWords('tls');
  return failureWords(connectFailure(error).kind);
}
