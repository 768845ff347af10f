// A web application behind two servers, WebSockets included. Each client stays on its server by a cookie that names none.
//
//   COOKIE_KEY=$(openssl rand -base64 32) SHOP_A=http://localhost:3001 SHOP_B=http://localhost:3002 node examples/http-app.js

import express from 'express';
import { balancer } from 'pazpar2-balancer';

const shop = balancer({
  name: 'shop',
  path: '/shop',
  members: [
    { url: process.env.SHOP_A ?? 'http://localhost:3001', route: 'a' },
    { url: process.env.SHOP_B ?? 'http://localhost:3002', route: 'b' },
  ],
  signing: { keys: [{ id: 'k1', secret: process.env.COOKIE_KEY ?? '' }] },
  stickyCookie: { name: 'shop' },
});

shop.on('memberState', ({ route, to, reason }) => console.log(`${route} is ${to}: ${reason}`));

const app = express();
app.use('/shop', shop);
app.get('/status', (_request, response) => response.json(shop.snapshot()));

const server = app.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
server.on('upgrade', shop.upgrade);

process.once('SIGTERM', () => {
  server.close(() => void shop.close());
  server.closeIdleConnections();
});
