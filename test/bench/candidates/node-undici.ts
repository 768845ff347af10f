/** node:http and undici, nothing else. */
import { createServer } from 'node:http';
import morgan from 'morgan';
import { accessLog, candidateArguments } from './candidate-arguments.ts';
import { undiciForward } from './undici-forward.ts';

const candidate = candidateArguments();
const forward = undiciForward(candidate);
const log = morgan('combined', { stream: accessLog(candidate.accessLog) });

createServer((request, response) => log(request, response, () => forward(request, response))).listen(
  candidate.port,
  '127.0.0.1',
);
