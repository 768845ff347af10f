import { describe, expect, test } from '@jest/globals';
import { checkClusterOptions, checkGatewayOptions } from '../../lib/config/check.ts';
import { optionProblems } from '../helpers/option-problems.ts';

const MEMBERS = [{ url: 'http://127.0.0.1:9763', route: 'pz1' }];
const TOKEN = 'q2Jv7mXz0aB4cD6eF8gH1iK3';

const inApplication = (...entrances: unknown[]) =>
  optionProblems(() => checkClusterOptions({ members: MEMBERS, entrances } as never));

const inGateway = (entrance: unknown, admin?: object) =>
  optionProblems(() =>
    checkGatewayOptions({
      listen: '127.0.0.1:8080',
      admin,
      clusters: { main: { path: '/pz2', members: MEMBERS, entrances: [entrance] } },
    } as never),
  );

describe('an entrance of an application', () => {
  test.each([
    { token: TOKEN },
    { allow: ['10.0.0.0/8'] },
    { deny: ['10.0.0.1'] },
    { token: TOKEN, allow: [] },
  ])('needs a condition such as %j', (entrance) => {
    expect(inApplication(entrance)).toEqual([]);
  });

  test.each([{}, { policy: 'trusted' }, { allow: [] }, { allow: [], deny: [] }, { token: undefined }])(
    'without one would be open to all: %j',
    (entrance) => {
      expect(inApplication({ token: TOKEN }, entrance)).toEqual([
        'entrances[1]: needs a condition (token, allow or deny) or a path of its own; with neither, its policy would hold for everybody',
      ]);
    },
  );

  test('has neither path nor listener, and hears what to do instead', () => {
    const message = 'is for the gateway only; in an application mount balancer.withPolicy(…) where you like';
    expect(inApplication({ path: '/trusted', token: TOKEN })).toEqual([`entrances[0].path: ${message}`]);
    expect(inApplication({ path: '/trusted', listener: 'internal' })).toEqual([
      `entrances[0].path: ${message}`,
      `entrances[0].listener: ${message}`,
    ]);
  });

  test('with a mistyped option hears which one was meant', () => {
    expect(inApplication({ token: TOKEN, allows: ['::1'] })).toEqual([
      'entrances[0].allows: unknown option; did you mean "allow"?',
    ]);
    expect(inApplication({ token: TOKEN, policy: { preset: 'trusted', maxnum: 1 } })).toEqual([
      'entrances[0].policy.maxnum: unknown option; did you mean "maxNum"?',
    ]);
  });

  test('that is no object is told once', () => {
    expect(inApplication('10.0.0.1')).toEqual(['entrances[0]: must be an object']);
    expect(inApplication(null)).toEqual(['entrances[0]: must be an object']);
  });

  test('in what is no list is told once', () => {
    const problems = optionProblems(() =>
      checkClusterOptions({ members: MEMBERS, entrances: { trusted: {} } } as never),
    );
    expect(problems).toEqual(['entrances: must be a list']);
  });

  test('shows no token that is refused', () => {
    const options = { members: MEMBERS, entrances: [{ token: 'hunter2' }] };
    expect(() => checkClusterOptions(options)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });
});

describe('an entrance of the gateway', () => {
  test.each([{ path: '/trusted' }, { path: '/trusted', listener: 'public' }, { token: TOKEN }])(
    'may be %j',
    (entrance) => {
      expect(inGateway(entrance)).toEqual([]);
    },
  );

  test('without path and condition would be open to all', () => {
    expect(inGateway({})).toEqual([expect.stringContaining('clusters.main.entrances[0]: needs a condition')]);
  });

  test('on the internal listener needs a path and that listener', () => {
    const admin = { listen: '127.0.0.1:8081' };
    expect(inGateway({ listener: 'internal', path: '/trusted' }, admin)).toEqual([]);
    expect(inGateway({ listener: 'internal', path: '/trusted' })).toEqual([
      'clusters.main.entrances[0].listener: needs the internal listener: give its address as admin.listen',
    ]);
    expect(inGateway({ listener: 'internal', token: TOKEN }, admin)).toEqual([
      'clusters.main.entrances[0].listener: needs a path of its own: clusters have none on the internal listener',
    ]);
  });

  test('on another listener is told what there is', () => {
    expect(inGateway({ listener: 'intern', path: '/trusted' })).toEqual([
      'clusters.main.entrances[0].listener: must be "public" or "internal"; did you mean "internal"?',
    ]);
  });
});
