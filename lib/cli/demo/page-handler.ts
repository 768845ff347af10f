import express from 'express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { createRequire } from 'node:module';
import type { RequestListener } from 'node:http';
import { dirname, join } from 'node:path';
import { pathOf } from '../../gateway/cluster-handler.ts';
import { SEARCH_PATH } from './demo-gateway.ts';
import { demoStatus, type DemoParts } from './demo-status.ts';

/** The page as it stands in the package: it is served from the sources, so it needs no build. */
const PAGE_FOLDER = join(
  dirname(createRequire(import.meta.url).resolve('pazpar2-balancer/package.json')),
  'lib/cli/demo/page',
);

/** Nothing from elsewhere, nothing inline, in nobody's frame. */
const PAGE_HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

const THIS_MACHINE = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;

/** Serves the page, what it asks the demo, and at `SEARCH_PATH` the gateway, so that all have one origin. */
export function pageHandler(parts: DemoParts): RequestListener {
  const page = pageApplication(parts);
  return (request, response) => {
    if (pathOf(request.url ?? '').startsWith(SEARCH_PATH)) parts.gateway.handler(request, response);
    else page(request, response);
  };
}

function pageApplication(parts: DemoParts): express.Express {
  const page = express();
  page.disable('x-powered-by');
  page.use(protect);
  page.use(refuseOtherHosts);
  page.get('/demo/status.json', (request, response) => {
    response.json(demoStatus(parts, Number(request.query['after'] ?? 0) || 0));
  });
  page.post('/demo/servers/:route/:step', refuseOtherSites, stepOfServer(parts));
  page.use(express.static(PAGE_FOLDER, { cacheControl: false }));
  page.use((_, response) => void response.status(404).type('text/plain').send('Not found\n'));
  return page;
}

function stepOfServer({ servers }: DemoParts): RequestHandler<{ route: string; step: string }> {
  return async ({ params }, response) => {
    const simulated = servers.find(({ route }) => route === params.route)?.simulated;
    if (simulated === undefined || !isStep(params.step)) {
      response.status(404).type('text/plain').send('No such server, or not one that can be killed\n');
      return;
    }
    await simulated[params.step]();
    response.status(204).end();
  };
}

function isStep(step: string): step is 'kill' | 'restart' {
  return step === 'kill' || step === 'restart';
}

function protect(_: Request, response: Response, next: NextFunction): void {
  response.set(PAGE_HEADERS);
  next();
}

/** A page from elsewhere can point a name of its own at this machine; the Host header gives it away. */
function refuseOtherHosts(request: Request, response: Response, next: NextFunction): void {
  if (THIS_MACHINE.test(request.headers.host ?? '')) next();
  else response.status(403).type('text/plain').send('The demo answers on localhost only\n');
}

/** Browsers say where a POST comes from. Programs do not, and may kill servers as they like. */
function refuseOtherSites(request: Request, response: Response, next: NextFunction): void {
  const { origin, host } = request.headers;
  if (origin === undefined || origin === `http://${host}`) next();
  else response.status(403).type('text/plain').send('Only the demo’s own page may do that\n');
}
