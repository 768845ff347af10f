/** Express 5 and undici, nothing else. */
import express from 'express';
import morgan from 'morgan';
import { ENDPOINT } from '../../incumbents/sticky-member.ts';
import { accessLog, candidateArguments } from './candidate-arguments.ts';
import { serveExpress } from './serve-express.ts';
import { undiciForward } from './undici-forward.ts';

const candidate = candidateArguments();

const app = express();
app.use(morgan('combined', { stream: accessLog(candidate.accessLog) }));
app.use(ENDPOINT, undiciForward(candidate));
serveExpress(app, candidate.port);
