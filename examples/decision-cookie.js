// The value of a decision cookie: a client's new sessions go to one member, for an hour.
//
//   SECRET=… node examples/decision-cookie.js KEY CLUSTER ROUTE

import { signDecision } from 'pazpar2-balancer';

const [, , id, cluster, target] = process.argv;
const expires = Number(process.env.EXPIRES ?? Date.now() / 1000 + 3600);
const key = { id, secret: process.env.SECRET };
console.log(signDecision(key, { cluster, decision: { kind: 'member', target }, expires }));
