/** Our middleware under Express 5. */
import express from 'express';
import { pazpar2Balancer } from '../../../middleware/index.ts';
import { ENDPOINT } from '../../incumbents/sticky-member.ts';
import { accessLog, candidateArguments } from './candidate-arguments.ts';
import { clusterOptions } from './cluster-options.ts';
import { serveExpress } from './serve-express.ts';

const { port, members, accessLog: file } = candidateArguments();
const log = accessLog(file);
const balancer = pazpar2Balancer({ ...clusterOptions(members) });
balancer.on('finished', (event) => log.write(`${JSON.stringify(event)}\n`));

const app = express();
app.use(ENDPOINT, balancer);
serveExpress(app, port);
