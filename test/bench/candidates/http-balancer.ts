/** Our middleware for any web application under Express 5: what http-proxy-middleware alone is to be compared with. */
import express from 'express';
import { balancer } from '../../../middleware/index.ts';
import { ENDPOINT } from '../../incumbents/sticky-member.ts';
import { accessLog, candidateArguments } from './candidate-arguments.ts';
import { serveExpress } from './serve-express.ts';

const { port, members, accessLog: file } = candidateArguments();
const log = accessLog(file);
const handler = balancer({
  members: members.map(({ route, port: memberPort }) => ({
    url: `http://127.0.0.1:${memberPort}/search.pz2`,
    route,
  })),
  stickySession: 'session',
});
handler.on('finished', (event) => log.write(`${JSON.stringify(event)}\n`));

const app = express();
app.use(ENDPOINT, handler);
serveExpress(app, port);
