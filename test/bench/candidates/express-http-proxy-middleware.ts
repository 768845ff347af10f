/** http-proxy-middleware alone under Express 5: what one has without a balancer of one's own. */
import http from 'node:http';
import express from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import morgan from 'morgan';
import { ENDPOINT } from '../../incumbents/sticky-member.ts';
import { accessLog, candidateArguments, memberChoice } from './candidate-arguments.ts';
import { serveExpress } from './serve-express.ts';

const { port, members, accessLog: file } = candidateArguments();
const choose = memberChoice(members);

const app = express();
app.use(morgan('combined', { stream: accessLog(file) }));
app.use(
  createProxyMiddleware({
    target: 'http://127.0.0.1',
    router: (request) => `http://127.0.0.1:${choose(request.url ?? '').port}`,
    pathRewrite: { [`^${ENDPOINT}`]: '/search.pz2' },
    agent: new http.Agent({ keepAlive: true }),
    xfwd: true,
  }),
);
serveExpress(app, port);
