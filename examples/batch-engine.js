// A statistics engine alone: hosts push how busy they are, and examples/batch-engine.sh starts each job on the least busy one.
//
//   HOSTS=batch1,batch2,batch3,batch4 PORT=8081 node examples/batch-engine.js
//
// On each host: npx pazpar2-balancer push --engine http://ENGINE:8081 --host batch1

import { createServer } from 'node:http';
import { balancer, statisticsEngine } from 'pazpar2-balancer';

const hosts = (process.env.HOSTS ?? 'batch1,batch2,batch3,batch4').split(',');

// It is not mounted anywhere, so nothing is forwarded: it only says who is to be used.
const batch = balancer({
  name: 'batch',
  members: hosts.map((host) => ({ url: `http://${host}`, route: host })),
  // What was started since a host pushed last is not in its load yet.
  lbMethod: { expression: '(load1 + placed + 1)/cpus' },
  expectUpdate: '15s',
  beforeFirstUpdate: 'out',
  health: 'off',
});

// From other machines updates need their networks in "allow", and had better have a "token".
const server = createServer(statisticsEngine(batch)).listen(
  Number(process.env.PORT ?? 8081),
  '127.0.0.1',
  () => {
    console.log(`listening on http://127.0.0.1:${server.address().port}`);
  },
);

process.once('SIGTERM', () => {
  server.close(() => void batch.close());
  server.closeIdleConnections();
});
