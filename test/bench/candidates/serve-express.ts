import { createServer } from 'node:http';
import type { Express } from 'express';
import { expressServerOptions } from '../../../middleware/index.ts';

/** Serves an application as the README recommends it, so that what is compared is what the applications do. */
export function serveExpress(app: Express, port: number): void {
  app.disable('x-powered-by');
  createServer(expressServerOptions(app), app).listen(port, '127.0.0.1');
}
