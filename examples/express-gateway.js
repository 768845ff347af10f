// An Express application that serves a search page and balances the Pazpar2 servers behind it.
//
//   PZ2_MEMBERS=http://localhost:8004,http://localhost:8005 PORT=8080 node examples/express-gateway.js

import { createServer } from 'node:http';
import express from 'express';
import { expressServerOptions, pazpar2Balancer } from 'pazpar2-balancer';

const urls = (process.env.PZ2_MEMBERS ?? 'http://localhost:8004,http://localhost:8005').split(',');

const balancer = pazpar2Balancer({
  members: urls.map((url, index) => ({ url, route: `pz${index + 1}` })),
});

balancer.on('memberState', ({ route, to, reason }) => console.log(`${route} is ${to}: ${reason}`));
balancer.on('sessionLost', ({ route, reason }) => console.log(`a session of ${route} was lost (${reason})`));

const app = express();
app.use('/pazpar2/search.pz2', balancer);
app.get('/status', (_request, response) => response.json(balancer.snapshot()));
app.get('/', (_request, response) => response.send('Search at /pazpar2/search.pz2?command=init'));

const server = createServer(expressServerOptions(app), app);
server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});

process.once('SIGTERM', () => {
  server.close(() => void balancer.close());
  server.closeIdleConnections();
});
