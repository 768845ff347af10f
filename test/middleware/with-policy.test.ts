import express from 'express';
import { describe, expect, test } from '@jest/globals';
import { OptionsError, pazpar2Balancer } from '../../middleware/index.ts';
import type { Policy } from '../../middleware/index.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { call } from '../helpers/http-client.ts';

const bench = useBalancerBench();
const KEY = 'letmein';

/** An application with a public path, and one for those who know the key. */
async function application(policy: Policy) {
  const { simulators, members } = await bench.farm(2);
  const balancer = pazpar2Balancer({ members, access: { allow: ['loopback'] }, health: 'off' });
  bench.also(() => balancer.close());
  const app = express();
  app.use('/search.pz2', balancer);
  app.use(
    '/internal/search.pz2',
    (request, response, next) => void (request.get('x-key') === KEY ? next() : response.sendStatus(401)),
    balancer.withPolicy(policy),
  );
  const origin = await bench.serve(app);
  return {
    balancer,
    requests: () => simulators.flatMap(({ requests }) => requests),
    atPublic: (query: string) => call(`${origin}/search.pz2?${query}`),
    atInternal: (query: string, key = KEY) =>
      call(`${origin}/internal/search.pz2?${query}`, { headers: { 'X-Key': key } }),
  };
}

describe('a handler with a policy of its own', () => {
  test('lets those do more who come by it, behind the authentication of the application', async () => {
    const { atPublic, atInternal, requests } = await application('trusted');
    const query = 'command=init&pz:allow[*]=0';
    expect((await atPublic(query)).status).toBe(403);
    expect((await atInternal(query, 'wrong')).status).toBe(401);
    expect((await atInternal(query)).status).toBe(200);
    expect(requests()).toMatchObject([{ command: 'init', executed: true }]);
  });

  test('stands before the same members and sessions', async () => {
    const { balancer, atPublic, atInternal } = await application('trusted');
    const { text } = await atPublic('command=init');
    const session = /<session>(.*)<\/session>/.exec(text)?.[1];
    expect((await atInternal(`command=service&session=${session}`)).text).toContain('<service>');
    expect(balancer.snapshot().members.map(({ elected }) => elected)).toEqual([2, 0]);
  });

  test('is refused by its own rules, and the same balancer counts it', async () => {
    const { balancer, atInternal, requests } = await application({ denyCommands: ['init'] });
    const reply = await atInternal('command=init');
    expect(reply.status).toBe(403);
    expect(reply.text).toContain('the command init');
    expect(balancer.snapshot().policyViolations).toBe(1);
    expect(requests()).toEqual([]);
  });

  test('refuses a policy that is none, with what was meant', () => {
    const balancer = pazpar2Balancer({
      members: [{ url: 'http://127.0.0.1:1', route: 'pz1' }],
      health: 'off',
    });
    expect(() => balancer.withPolicy('trused' as never)).toThrow(OptionsError);
    expect(() => balancer.withPolicy('trused' as never)).toThrow('did you mean "trusted"?');
    expect(() => balancer.withPolicy({ presset: 'public' } as never)).toThrow(
      'presset: unknown option; did you mean "preset"?',
    );
  });
});
