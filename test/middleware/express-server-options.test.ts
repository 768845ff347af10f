import { once } from 'node:events';
import {
  Agent,
  IncomingMessage,
  request as startRequest,
  ServerResponse,
  type ServerOptions,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import compression from 'compression';
import cookieParser from 'cookie-parser';
import express, { type Express, type RequestHandler } from 'express';
import session from 'express-session';
import helmet from 'helmet';
import morgan from 'morgan';
import { expressServerOptions, pazpar2Balancer } from '../../middleware/index.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { keyPair } from '../helpers/certificates.ts';
import { EXPRESS_VERSIONS } from '../helpers/express-versions.ts';
import { haveOneHiddenClass } from '../helpers/hidden-class.ts';
import { call } from '../helpers/http-client.ts';
import { initSession } from '../helpers/started.ts';

const bench = useBalancerBench();
const NODE = Number(process.versions.node.split('.', 1)[0]);
/** Enough for V8 to have settled on hidden classes. */
const MANY = 150;

/** Asks for a path again and again on one connection. Gives the distinct answers: status, type, body. */
async function askOften(url: string): Promise<string[]> {
  const agent = new Agent({ keepAlive: true });
  const answers = new Set<string>();
  for (let count = 0; count < MANY; count += 1) answers.add(await ask(url, agent));
  agent.destroy();
  return [...answers];
}

function ask(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = startRequest(url, { agent }, (response) => {
      const head = `${response.statusCode} ${response.headers['content-type']}`;
      text(response).then((body) => resolve(`${head} ${body}`), reject);
    });
    request.on('error', reject).end();
  });
}

describe.each(EXPRESS_VERSIONS)('under the options for servers, with %s', (_, framework) => {
  /** Whether late requests, and their responses, have one hidden class each. */
  async function oneHiddenClass(optionsFor: (app: Express) => ServerOptions): Promise<boolean[]> {
    const messages: object[][] = [[], []];
    const collect: RequestHandler = (request, response, next) => {
      messages[0]?.push(request);
      messages[1]?.push(response);
      next();
    };
    const app = framework().use(collect, cookieParser(), morgan('tiny', { stream: { write: () => {} } }));
    app.use('/search', (request, response) => void response.json(request.baseUrl));
    const answers = await askOften(`${await bench.serve(app, optionsFor(app))}/search`);
    expect(answers).toEqual(['200 application/json; charset=utf-8 "/search"']);
    // The latest response may not be closed yet.
    return messages.map((all) => haveOneHiddenClass(all.slice(-20, -1)));
  }

  test('requests have one hidden class, and so have responses', async () => {
    expect(await oneHiddenClass(expressServerOptions)).toEqual([true, true]);
  });

  test(`and without them on Node ${NODE} they ${NODE < 24 ? 'do not' : 'do too'}`, async () => {
    expect(await oneHiddenClass(() => ({}))).toEqual(NODE < 24 ? [false, false] : [true, true]);
  });

  test('messages are those of the application, whatever it adds later', async () => {
    const app = framework();
    const options = expressServerOptions(app);
    const seen: unknown[] = [];
    app.use((request, response) => {
      seen.push(request instanceof IncomingMessage, request.constructor, request.app === app, request.query);
      seen.push(response instanceof ServerResponse, response.constructor, 'user' in request);
      seen.push(Reflect.get(request, 'later'), Object.keys(request).includes('body'));
      response.send('seen');
    });
    Object.assign(app.request, { later: 'yes' });
    await call(`${await bench.serve(app, options)}/?a=b`);
    const { a } = seen[3] as Record<string, unknown>;
    expect([...seen.slice(0, 3), a]).toEqual([true, IncomingMessage, true, 'b']);
    expect(seen.slice(4)).toEqual([true, ServerResponse, false, 'yes', false]);
  });

  test('an application below has its own prototypes while it serves', async () => {
    const below = framework();
    Object.defineProperty(below.request, 'tenant', { get: () => 'of below' });
    below.use('/next', (_request, _response, next) => next());
    below.use('/own', (request, response) => void response.send(Reflect.get(request, 'tenant')));
    const app = framework().use('/below', below);
    app.use((request, response) => {
      Object.assign(request, { tenant: 'of above' });
      response.send(`${String(Reflect.get(request, 'tenant'))} ${request.app === app}`);
    });
    const url = await bench.serve(app, expressServerOptions(app));
    const texts = await Promise.all(
      ['/below/own', '/', '/below/next', '/below/own'].map(async (path) => (await call(url + path)).text),
    );
    expect(texts).toEqual(['of below', 'of above true', 'of above true', 'of below']);
  });

  test('several servers of one application share them', async () => {
    const app = framework().use((_request, response) => void response.send('a'));
    const options = expressServerOptions(app);
    expect(expressServerOptions(app)).toBe(options);
    const urls = [await bench.serve(app, options), await bench.serve(app, expressServerOptions(app))];
    for (const url of urls) expect((await call(url)).text).toBe('a');
  });
});

test('from Node 24 on nothing is changed', () => {
  const app = express();
  const { request, response } = app;
  const names = Object.keys(expressServerOptions(app));
  expect(names).toEqual(NODE < 24 ? ['IncomingMessage', 'ServerResponse'] : []);
  expect([app.request === request, app.response === response]).toEqual([NODE >= 24, NODE >= 24]);
});

const NO_APPLICATIONS: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['an empty object', {}],
  ['a router', express.Router()],
  ['a handler', () => {}],
];

test.each(NO_APPLICATIONS)('%s is refused', (_, value) => {
  expect(() => expressServerOptions(value as Express)).toThrow(
    'expressServerOptions: app: must be an application of Express, as express() makes it',
  );
});

/** What many applications have, and some of what they do to requests and responses. */
const APPLICATIONS: readonly (readonly [string, () => Express, string])[] = [
  [
    'sessions, compression and security headers',
    () => {
      const store = session({ secret: 'k', resave: false, saveUninitialized: true });
      const app = express().use(compression({ threshold: 0 }), helmet(), store);
      return app.use((request, response) => void response.json(typeof request.session.id));
    },
    '200 application/json; charset=utf-8 "string"',
  ],
  [
    'a query that is defined anew for each request',
    () => {
      const app = express().use((request, _, next) => {
        const { query } = request;
        Object.defineProperty(request, 'query', {
          value: { ...query, more: '1' },
          writable: true,
          enumerable: true,
          configurable: true,
        });
        next();
      });
      return app.use((request, response) => void response.json(request.query));
    },
    '200 application/json; charset=utf-8 {"a":"b","more":"1"}',
  ],
  [
    'a method that is replaced for each response',
    () => {
      const app = express().use((_, response, next) => {
        const { send } = response;
        response.send = (body) => send.call(response, typeof body === 'string' ? `<${body}>` : body);
        next();
      });
      return app.use((_, response) => void response.type('text').send('a'));
    },
    '200 text/plain; charset=utf-8 <a>',
  ],
  [
    'the application itself, and what it says of errors',
    () => {
      const app = express();
      app.disable('x-powered-by').set('answer', 42);
      return app.use((request, response) => {
        response.statusMessage = 'Seldom';
        response
          .status(404)
          .type('text')
          .send(String(request.app.get('answer')));
      });
    },
    '404 text/plain; charset=utf-8 42',
  ],
];

test.each(APPLICATIONS)('an application with %s answers as without them', async (_, make, answer) => {
  const [plain, quick] = [make(), make()];
  expect(await askOften(`${await bench.serve(plain)}/?a=b`)).toEqual([answer]);
  const options = expressServerOptions(quick);
  expect(await askOften(`${await bench.serve(quick, options)}/?a=b`)).toEqual([answer]);
});

test('an application over TLS answers as without them', async () => {
  const app = express().use((request, response) => void response.json(request.secure));
  const server = createSecureServer({ ...keyPair('server'), ...expressServerOptions(app) }, app);
  bench.also(() => promisify(server.close.bind(server))());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect((await call(`https://127.0.0.1:${port}`)).text).toBe('true');
});

test('a balancer serves sessions as without them', async () => {
  const { members } = await bench.farm(2);
  const balancer = pazpar2Balancer({ members, health: 'off' });
  bench.also(() => balancer.close());
  const app = express().use('/search.pz2', balancer);
  const url = `${await bench.serve(app, expressServerOptions(app))}/search.pz2`;
  const value = await initSession(url);
  expect(await askOften(`${url}?command=ping&session=${value}`)).toEqual([
    expect.stringMatching(/^200 text\/xml.*<ping><status>OK<\/status><\/ping>/s),
  ]);
});
