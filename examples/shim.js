// A shim beside one legacy Pazpar2 without <server id>, as a program of one's own.
// The same from the command line: pazpar2-balancer shim --backend http://localhost:8004 --id pz1 --listen 127.0.0.1:9004
//
//   PZ2_BACKEND=http://localhost:8004 PZ2_ID=pz1 PORT=9004 node examples/shim.js

import { createServer } from 'node:http';
import { createShim } from 'pazpar2-balancer/shim';

const shim = createShim({
  backend: process.env.PZ2_BACKEND ?? 'http://localhost:8004',
  serverId: process.env.PZ2_ID ?? 'pz1',
});

const server = createServer(shim).listen(Number(process.env.PORT ?? 9004), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});

process.once('SIGTERM', () => {
  server.close(() => void shim.close());
  server.closeIdleConnections();
});
