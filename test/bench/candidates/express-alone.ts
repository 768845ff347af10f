/** What Express 5 takes for a request that it answers itself: nothing that is mounted there can take less. */
import express from 'express';
import { ENDPOINT } from '../../incumbents/sticky-member.ts';
import { initDocument, LARGE_SHOW, PING, SHOW } from '../documents.ts';
import { candidateArguments } from './candidate-arguments.ts';

const { port } = candidateArguments();

const app = express();
app.disable('x-powered-by');
app.use(ENDPOINT, (request, response) => {
  const body = answer(request.url);
  if (body === undefined) return;
  response.writeHead(200, { 'Content-Type': 'text/xml', 'Content-Length': body.length });
  response.end(body);
});
app.listen(port, '127.0.0.1');

/** As the servers behind the others answer; undefined for a request that is never answered. */
function answer(url: string): string | undefined {
  if (url.includes('command=ping')) return PING;
  if (url.includes('command=init')) return initDocument('1.pz1');
  if (url.includes('block=1')) return undefined;
  return url.includes('num=256') ? LARGE_SHOW : SHOW;
}
