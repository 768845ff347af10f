import { describe, expect, test } from '@jest/globals';
import type { ClusterOptions } from '../../lib/config/options.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { call, postForm } from '../helpers/http-client.ts';

const bench = useBalancerBench();
const TOKEN = 'q2Jv7mXz0aB4cD6eF8gH1iK3';
const SETTING = 'pz:url[x]=hunter2';

async function beforeSimulator(options: Partial<ClusterOptions> = {}) {
  const { simulators, members } = await bench.farm(1);
  const served = await bench.balancer({ members, ...options });
  return { ...served, requests: () => simulators[0]?.requests ?? [] };
}

const withToken = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

describe('what the policy does not allow', () => {
  test('is answered with 403 and its name, is counted and told, and reaches no member', async () => {
    const { url, requests, balancer, events } = await beforeSimulator();
    const reply = await call(`${url}?command=init&${SETTING}`);
    expect(reply).toMatchObject({ status: 403, reason: 'Refused by policy' });
    expect(reply.text).toContain('<error code="201" msg="Refused by policy">the setting pz:url[x]</error>');
    expect(balancer.snapshot().policyViolations).toBe(1);
    expect(events.policyViolated).toEqual([
      { what: 'the setting pz:url[x]', client: '127.0.0.1', command: 'init', route: undefined },
    ]);
    expect(requests()).toEqual([]);
  });

  test('is logged without its value', async () => {
    const lines: string[] = [];
    const log = (...parts: unknown[]): void => void lines.push(JSON.stringify(parts));
    const { members } = await bench.farm(1);
    const { url } = await bench.balancer(
      { members },
      { logger: { debug: log, info: log, warn: log, error: log } },
    );
    await call(`${url}?command=init&${SETTING}`);
    expect(lines.join('\n')).toContain('not allowed: the setting pz:url[x]');
    expect(lines.join('\n')).not.toContain('hunter2');
  });

  test('is named by the first 100 bytes of its name', async () => {
    const { url } = await beforeSimulator();
    const { text } = await call(`${url}?command=init&a[${'b'.repeat(5000)}]=1`);
    expect(text).toContain(`>the setting a[${'b'.repeat(98)}...</error>`);
  });

  test('is named without the login in the address of its target', async () => {
    const { url, events } = await beforeSimulator();
    const { text } = await call(`${url}?command=init&pz:name[http://me:hunter2@host/db]=1`);
    expect(text).toContain('>the setting pz:name[http://...@host/db]</error>');
    await call(`${url}?command=init&pz:name[me:hunter2@host/db]=1`);
    expect(JSON.stringify(events)).not.toContain('hunter2');
  });

  test('goes on all the same in the mode report, but is counted and told', async () => {
    const { url, requests, balancer, events } = await beforeSimulator({ policy: { mode: 'report' } });
    expect((await call(`${url}?command=init&${SETTING}`)).status).toBe(200);
    expect(balancer.snapshot().policyViolations).toBe(1);
    expect(events.policyViolated).toMatchObject([{ what: 'the setting pz:url[x]' }]);
    expect(requests()).toMatchObject([{ command: 'init', executed: true }]);
  });

  test('is refused in the mode report as well where it is exit, which nobody may send', async () => {
    const { url, requests } = await beforeSimulator({ policy: { mode: 'report' } });
    expect((await call(`${url}?command=exit`)).status).toBe(403);
    expect(requests()).toEqual([]);
  });

  test('is judged by a form body as by a query', async () => {
    const { url, requests } = await beforeSimulator();
    expect(await postForm(url, `command=init&${SETTING}`)).toMatchObject({ status: 403 });
    expect(requests()).toEqual([]);
  });

  test('includes a body that is too large for this policy', async () => {
    const { url, requests } = await beforeSimulator({ policy: { maxBodySize: '1kb' } });
    const fits = `command=init&x=`.padEnd(1024, 'x');
    expect((await postForm(url, fits)).status).toBe(200);
    const { status, text } = await postForm(url, `${fits}x`);
    expect(status).toBe(403);
    expect(text).toContain('a body of more than 1024 bytes');
    expect(requests()).toHaveLength(1);
  });
});

describe('access', () => {
  test('is refused before the body is read, counted and told, and the connection stays', async () => {
    const { url, requests, balancer, events } = await beforeSimulator({ access: { deny: ['loopback'] } });
    const client = await bench.connect(url);
    client.send(
      'POST /search.pz2 HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n' +
        'Content-Type: application/x-www-form-urlencoded\r\n\r\n',
    );
    const reply = await client.reply();
    expect(reply.statusLine).toBe('HTTP/1.1 403 Refused by policy');
    expect(reply.body).toContain('>this address</error>');
    client.send('command=init');
    client.get('command=init');
    expect((await client.reply()).statusLine).toBe('HTTP/1.1 403 Refused by policy');
    expect(balancer.snapshot().policyViolations).toBe(2);
    expect(events.policyViolated).toMatchObject([
      { what: 'this address', client: '127.0.0.1', command: undefined },
      { what: 'this address' },
    ]);
    expect(requests()).toEqual([]);
  });

  test('is open to whom an entrance admits', async () => {
    const { url } = await beforeSimulator({ access: { deny: ['all'] }, entrances: [{ token: TOKEN }] });
    expect((await call(`${url}?command=init`)).status).toBe(403);
    expect((await call(`${url}?command=init`, withToken(TOKEN))).status).toBe(200);
  });
});

describe('an entrance on the path of its cluster', () => {
  test('is opened by its token, and others keep the policy of the cluster', async () => {
    const { url, requests } = await beforeSimulator({ entrances: [{ token: TOKEN }] });
    const init = `${url}?command=init&${SETTING}`;
    expect((await call(init, withToken(TOKEN))).status).toBe(200);
    expect((await call(init)).status).toBe(403);
    expect((await call(init, withToken(`${TOKEN}x`))).status).toBe(403);
    expect((await call(`${url}?command=init`)).status).toBe(200);
    expect(requests()).toHaveLength(2);
  });

  test('is opened by an address', async () => {
    const { url } = await beforeSimulator({ entrances: [{ allow: ['127.0.0.1'] }] });
    expect((await call(`${url}?command=init&${SETTING}`)).status).toBe(200);
    const { url: other } = await beforeSimulator({ entrances: [{ allow: ['127.0.0.2'] }] });
    expect((await call(`${other}?command=init&${SETTING}`)).status).toBe(403);
  });

  test('wants address and token where it has both', async () => {
    const both = { allow: ['127.0.0.2'], token: TOKEN };
    const { url } = await beforeSimulator({ entrances: [both] });
    expect((await call(`${url}?command=init&${SETTING}`, withToken(TOKEN))).status).toBe(403);
  });

  test('is passed over for the first one that admits', async () => {
    const { url } = await beforeSimulator({
      entrances: [
        { allow: ['127.0.0.2'], policy: 'public' },
        { allow: ['loopback'], policy: { allowCommands: ['info'] } },
        { allow: ['loopback'], policy: 'trusted' },
      ],
    });
    expect((await call(`${url}?command=info`)).status).toBe(200);
    expect((await call(`${url}?command=init&${SETTING}`)).status).toBe(403);
  });

  test('may only report, while the policy of the cluster refuses', async () => {
    const { url, balancer } = await beforeSimulator({
      entrances: [{ token: TOKEN, policy: { mode: 'report' } }],
    });
    expect((await call(`${url}?command=init&${SETTING}`, withToken(TOKEN))).status).toBe(200);
    expect((await call(`${url}?command=init&${SETTING}`)).status).toBe(403);
    expect(balancer.snapshot().policyViolations).toBe(2);
  });

  test('lets nobody send exit, not even in the policy trusted', async () => {
    const { url, requests } = await beforeSimulator({ policy: 'trusted' });
    expect((await call(`${url}?command=exit`)).status).toBe(403);
    expect(requests()).toEqual([]);
  });
});
