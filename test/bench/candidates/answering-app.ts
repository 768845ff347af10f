import express, { type Express } from 'express';
import { ENDPOINT } from '../../incumbents/sticky-member.ts';
import { initDocument, LARGE_SHOW, PING, SHOW } from '../documents.ts';

/** An application that answers by itself, without a proxy. */
export function answeringApp(): Express {
  const app = express();
  app.disable('x-powered-by');
  return app.use(ENDPOINT, (request, response) => {
    const body = answer(request.url);
    if (body === undefined) return;
    response.writeHead(200, { 'Content-Type': 'text/xml', 'Content-Length': body.length });
    response.end(body);
  });
}

/** As the servers behind the others answer; undefined for a request that is never answered. */
function answer(url: string): string | undefined {
  if (url.includes('command=ping')) return PING;
  if (url.includes('command=init')) return initDocument('1.pz1');
  if (url.includes('block=1')) return undefined;
  return url.includes('num=256') ? LARGE_SHOW : SHOW;
}
