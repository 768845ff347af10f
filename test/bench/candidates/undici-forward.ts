import type { IncomingMessage, ServerResponse } from 'node:http';
import { Pool } from 'undici';
import { memberChoice, type CandidateArguments } from './candidate-arguments.ts';

/** The least that a proxy can do with undici: forwards the query to the session's member and streams the reply back. */
export function undiciForward({
  members,
}: CandidateArguments): (request: IncomingMessage, response: ServerResponse) => void {
  const choose = memberChoice(
    members.map((member) => ({ ...member, pool: new Pool(`http://127.0.0.1:${member.port}`) })),
  );
  return (request, response) => {
    const url = request.url ?? '';
    const headers = { 'x-forwarded-for': request.socket.remoteAddress ?? '' };
    const path = `/search.pz2${url.slice(url.indexOf('?'))}`;
    choose(url).pool.dispatch(
      { method: 'GET', path, headers },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_, status, replyHeaders) => void response.writeHead(status, replyHeaders),
        onResponseData: (controller, chunk) => {
          if (response.write(chunk)) return;
          controller.pause();
          response.once('drain', () => controller.resume());
        },
        onResponseEnd: () => void response.end(),
        onResponseError: () => void response.destroy(),
      },
    );
  };
}
