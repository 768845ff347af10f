import { writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checkGatewayFile, parseGatewayFile, readGatewayFile } from '../../lib/config/file.ts';
import { describeProblem, OptionsError } from '../../lib/errors.ts';
import { readPem } from '../helpers/certificates.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';

const GOOD = `listen: 127.0.0.1:8080
clusters:
  main:
    path: /pazpar2/search.pz2
    retry: 30s
    members:
      - url: http://127.0.0.1:9763
        route: pz1
`;

const parse = (text: string, environment = {}) => parseGatewayFile(text, environment, 'gateway.yaml');

/** Each problem as a reader would see it. */
const problemsOf = (text: string, environment = {}) => problemsIn(() => parse(text, environment));

function problemsIn(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof OptionsError) return error.problems.map(describeProblem);
    throw error;
  }
  return [];
}

/** GOOD with one line more at the top of the cluster, which is line 5. */
const withLine = (line: string) => GOOD.replace('    retry: 30s\n', `${line}\n`);

/** GOOD with an entrance whose token this is, which is in line 6. */
const withToken = (token: string) => withLine(`    entrances:\n      - token: ${token}`);

describe('a file', () => {
  test('in YAML is read', () => {
    const config = parse(GOOD);
    expect(config.listen).toEqual({ host: '127.0.0.1', port: 8080 });
    expect(config.clusters[0]).toMatchObject({ name: 'main', forward: { retry: 30_000 } });
  });

  test('in JSON, indented with tabs, is read', () => {
    const clusters = { main: { path: '/', members: [{ url: 'http://127.0.0.1:9763', route: 'pz1' }] } };
    const text = JSON.stringify({ listen: '[::1]:0', clusters }, null, '\t');
    expect(parse(text).listen).toEqual({ host: '::1', port: 0 });
  });

  test('may use anchors, aliases and merged objects', () => {
    const text = `${GOOD.replace('main:', 'main: &main')}  other:
    <<: *main
    path: /other
`;
    expect(parse(text).clusters.map(({ path, forward }) => [path, forward.retry])).toEqual([
      ['/pazpar2/search.pz2', 30_000],
      ['/other', 30_000],
    ]);
  });
});

describe('variables', () => {
  test('are filled into values', () => {
    const config = parse(GOOD.replace('127.0.0.1:9763', '${HOST}:${PORT}'), { HOST: 'pz', PORT: '9763' });
    expect(config.clusters[0]?.members[0]?.url).toBe('http://pz:9763');
  });

  test('make numbers and truth values where nothing is quoted', () => {
    const text = withLine('    maxQueue: ${QUEUE}\n    cors: ${CORS}');
    expect(parse(text, { QUEUE: '7', CORS: 'true' }).clusters[0]).toMatchObject({
      forward: { maxQueue: 7 },
      cors: true,
    });
  });

  test('make texts where there are quotes', () => {
    expect(problemsOf(withLine('    maxQueue: "${QUEUE}"'), { QUEUE: '7' })).toEqual([
      expect.stringContaining('line 5, column 15: clusters.main.maxQueue: must be a whole number'),
    ]);
  });

  test('are not filled into keys', () => {
    expect(problemsOf(withLine('    ${KEY}: 1'), { KEY: 'retry' })).toEqual([
      'line 5, column 5: clusters.main["${KEY}"]: unknown option',
    ]);
  });

  test('never become structure', () => {
    const listen = '127.0.0.1:80\nadmin: {listen: "127.0.0.1:81"}';
    expect(problemsOf(GOOD.replace('127.0.0.1:8080', '${LISTEN}'), { LISTEN: listen })).toEqual([
      expect.stringContaining('line 1, column 9: listen: must be "host:port"'),
    ]);
  });

  test('that are not set are told by name, all of them, and the rest is still checked', () => {
    const text = withLine('    retry: 30')
      .replace('http://127.0.0.1:9763', '${URL}')
      .replace('pz1', '${ROUTE}');
    expect(problemsOf(text)).toEqual([
      expect.stringContaining('line 5, column 12: clusters.main.retry: must be 0 or a number with a unit'),
      'line 7, column 14: clusters.main.members[0].url: needs the environment variable URL, which is not set (found "${URL}")',
      'line 8, column 16: clusters.main.members[0].route: needs the environment variable ROUTE, which is not set (found "${ROUTE}")',
    ]);
  });

  test('have values that no error shows', () => {
    const [problem] = problemsOf(GOOD.replace('pz1', '${ROUTE}'), { ROUTE: 'hunter2!' });
    expect(problem).toContain('(found "${ROUTE}")');
    expect(problem).not.toContain('hunter2');
    const aliased = GOOD.replace('127.0.0.1:8080', '&address ${LISTEN}') + 'admin: { listen: *address }\n';
    expect(problemsOf(aliased, { LISTEN: 'hunter2!' }).join('\n')).not.toContain('hunter2');
  });
});

describe('files that are named in a value', () => {
  const pathOf = useTemporaryDirectory();
  const TOKEN = '1234567890123456789012345';

  async function read(token: string) {
    await writeFile(pathOf('token'), `${TOKEN}\n`);
    await writeFile(pathOf('gateway.yaml'), withToken(token));
    return readGatewayFile(pathOf('gateway.yaml'), {});
  }

  test.each([
    ['unquoted', '${file:token}'],
    ['quoted', '"${file:token}"'],
    ['from elsewhere', '${file:./../*/token}'],
  ])('stand beside the configuration: %s', async (_, token) => {
    const beside = token.replace('*', basename(pathOf('.')));
    const config = await read(beside);
    expect(config.clusters[0]?.entrances[0]?.token).toBe(TOKEN);
  });

  test('may be named by an absolute path', async () => {
    const config = await read(`\${file:${pathOf('token')}}`);
    expect(config.clusters[0]?.entrances[0]?.token).toBe(TOKEN);
  });

  test('that are missing are told with line and column', () => {
    expect(problemsOf(withToken('${file:/none/such}'))).toEqual([
      'line 6, column 16: clusters.main.entrances[0].token: needs the file /none/such, which cannot be read: there is no such file (found "${file:/none/such}")',
    ]);
  });

  test('have contents that no error shows', async () => {
    await writeFile(pathOf('token'), 'hunter2\n');
    const [problem] = problemsOf(withLine(`    lbMethod: \${file:${pathOf('token')}}`));
    expect(problem).toContain('line 5, column 15: clusters.main.lbMethod: must be "byrequests"');
    expect(problem).not.toContain('hunter2');
  });
});

describe('what should be looked at', () => {
  const pathOf = useTemporaryDirectory();

  test('is told with line and column, in the order of the lines', async () => {
    const text = withLine('    entrances: [{ path: /trusted }]\n    policy: trusted');
    await writeFile(pathOf('gateway.yaml'), text);
    const { config, warnings } = await checkGatewayFile(pathOf('gateway.yaml'), {});
    expect(config).toEqual(parse(text));
    expect(warnings.map(describeProblem)).toEqual([
      expect.stringContaining('line 5, column 17: clusters.main.entrances[0].policy: everybody'),
      expect.stringContaining('line 6, column 13: clusters.main.policy: everybody'),
    ]);
  });
});

describe('a problem is told with its line and column', () => {
  test('of a wrong value', () => {
    expect(problemsOf(withLine('    policy: Public'))).toEqual([
      'line 5, column 13: clusters.main.policy: must be "public", "trusted" or an object that overrides parts of a preset; did you mean "public"? (found "Public")',
    ]);
  });

  test('of an empty value', () => {
    expect(problemsOf(withLine('    policy:'))).toEqual([
      'line 5, column 12: clusters.main.policy: must be "public", "trusted" or an object that overrides parts of a preset (found null)',
    ]);
  });

  test('of an unknown key', () => {
    expect(problemsOf(withLine('    rety: 30s'))).toEqual([
      'line 5, column 5: clusters.main.rety: unknown option; did you mean "retry"?',
    ]);
  });

  test.each([
    ['    policy: { settngs: any }', 'line 5, column 15: clusters.main.policy.settngs', 'settings'],
    ['    access: { alow: [] }', 'line 5, column 15: clusters.main.access.alow', 'allow'],
    ['    entrances: [{ tokn: x }]', 'line 5, column 19: clusters.main.entrances[0].tokn', 'token'],
    [
      '    entrances: [{ allow: ["::1"], policy: { presett: public } }]',
      'line 5, column 45: clusters.main.entrances[0].policy.presett',
      'preset',
    ],
  ])('of an unknown key in %s', (line, place, nearest) => {
    expect(problemsOf(withLine(line))).toContain(`${place}: unknown option; did you mean "${nearest}"?`);
  });

  test('of an entry of a policy, of a list of addresses, and of a path that stands twice', () => {
    const lines = [
      '    policy:',
      '      settings:',
      '        - name: pz:allow',
      '    access: { allow: [10.0.0.0/99] }',
      '    entrances: [{ path: /pazpar2/search.pz2 }]',
    ];
    expect(problemsOf(withLine(lines.join('\n')))).toEqual([
      expect.stringContaining('line 7, column 11: clusters.main.policy.settings[0]: must list its targets'),
      expect.stringContaining('line 8, column 23: clusters.main.access.allow[0]: must be an address'),
      expect.stringContaining('line 9, column 25: clusters.main.entrances[0].path: must differ'),
    ]);
  });

  test('of a cluster name', () => {
    expect(problemsOf(GOOD.replace('main:', '9x:'))).toEqual([
      expect.stringContaining('line 3, column 3: clusters.9x: must be a name'),
    ]);
  });

  test('of something missing: where the object begins', () => {
    expect(problemsOf(GOOD.replace('        route: pz1\n', ''))).toEqual([
      'line 7, column 9: clusters.main.members[0].route: is missing',
    ]);
    expect(problemsOf('admin: {}\n')).toEqual([
      'line 1, column 1: listen: is missing',
      'line 1, column 1: clusters: is missing',
      'line 1, column 8: admin.listen: is missing',
    ]);
  });

  test('of an entry of a list', () => {
    expect(problemsOf(withLine('    cors:\n      - https://a.example\n      - "*"'))).toEqual([
      expect.stringContaining('line 7, column 9: clusters.main.cors[1]: must be an origin'),
    ]);
  });

  test('of a route that stands twice: the second', () => {
    expect(problemsOf(`${GOOD}      - url: http://127.0.0.1:9764\n        route: pz1\n`)).toEqual([
      expect.stringContaining('line 10, column 16: clusters.main.members[1].route: must differ'),
    ]);
  });

  test('of what came by an alias or was merged: where it was written', () => {
    const text = `${GOOD}  other:\n    <<: &limits {retry: 60}\n    path: /x\n    members: []\n  more: {<<: [*limits], path: /y, members: []}\n`;
    expect(problemsOf(text).filter((problem) => problem.includes('retry'))).toEqual([
      expect.stringContaining('line 10, column 25: clusters.other.retry: must be 0 or'),
      expect.stringContaining('line 10, column 25: clusters.more.retry: must be 0 or'),
    ]);
  });

  test('in the order of the lines', () => {
    const lines = problemsOf(withLine('    rety: 1').replace('127.0.0.1:8080', ':80').replace('pz1', '1'));
    expect(lines.map((line) => line.slice(0, 6))).toEqual(['line 1', 'line 5', 'line 8']);
  });
});

describe('a text that is no YAML is refused with line and column', () => {
  test.each([
    [
      'a key that stands twice',
      withLine('    path: /x'),
      'line 5, column 5: cannot be read as YAML: Map keys must be unique; this key stands twice',
    ],
    ['an unclosed quote', 'listen: "x\nclusters: {}\n', 'cannot be read as YAML: Missing closing "quote'],
    ['a tab for indentation', 'clusters:\n\tmain: {}\n', 'line 2, column 1: cannot be read as YAML: Tabs'],
    [
      'an unquoted bracket',
      'listen: [::1]:80\n',
      'line 1, column 14: cannot be read as YAML: Unexpected scalar at node end; a value that begins with a special character needs quotes',
    ],
    ['several documents', `${GOOD}---\n${GOOD}`, 'line 9, column 1: cannot be read as YAML:'],
    [
      'an unknown tag',
      'listen: !secret x\n',
      'line 1, column 9: cannot be read as YAML: Unresolved tag: !secret',
    ],
    [
      'an object as a key',
      '? {a: b}\n: 1\n',
      'line 1, column 3: cannot be read as YAML: With stringKeys, all keys must be strings',
    ],
    [
      'an alias without an anchor',
      'listen: *address\n',
      'line 1, column 9: there is no anchor &address before this alias',
    ],
  ])('%s', (_, text, problem) => {
    expect(problemsOf(text)[0]).toContain(problem);
  });

  test('aliases of aliases that would fill the memory', () => {
    const levels = ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name, index) => {
      const below = 'abcdefgh'.charAt(index);
      return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${below}`).join(', ')}]\n`;
    });
    expect(problemsOf(`a: &a [x]\n${levels.join('')}`)).toEqual([
      expect.stringContaining('has more than 1000 aliases'),
    ]);
  });

  test('an anchor within itself', () => {
    expect(problemsOf(`listen: 127.0.0.1:80\nclusters: &all\n  main: *all\n`)).toContain(
      'line 3, column 3: clusters.main.main: unknown option',
    );
  });

  test.each(['', '# nothing\n', '- a\n', 'text\n'])('%j, which is no object', (text) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(/^line \d, column 1: must be an object/)]);
  });
});

describe('a file on the disk', () => {
  const pathOf = useTemporaryDirectory();

  async function fileWith(content: string | Uint8Array): Promise<string> {
    const path = pathOf('gateway.yaml');
    await writeFile(path, content);
    return path;
  }

  test('is read, with or without a byte order mark', async () => {
    for (const text of [GOOD, `\uFEFF${GOOD}`]) {
      const config = await readGatewayFile(await fileWith(text), {});
      expect(config).toEqual(parse(GOOD));
    }
  });

  test('is named by the error when it has problems', async () => {
    const path = await fileWith('listen: x\n');
    await expect(readGatewayFile(path, {})).rejects.toThrow(
      `${path}: line 1, column 1: clusters: is missing`,
    );
  });

  test('that is not there is told', async () => {
    const path = pathOf('none.yaml');
    await expect(readGatewayFile(path, {})).rejects.toThrow(`${path}: cannot be read: there is no such file`);
  });

  test('that is a directory is told', async () => {
    await expect(readGatewayFile(pathOf('.'), {})).rejects.toThrow(
      'cannot be read: this is a directory, not a file',
    );
  });

  test('that is not UTF-8 is told', async () => {
    const path = await fileWith(Uint8Array.from([0x6c, 0xff, 0xfe]));
    await expect(readGatewayFile(path, {})).rejects.toThrow('cannot be read: it is not UTF-8 text');
  });
});

/** GOOD with TLS on both listeners, and with lines more of its member, which has https then. */
const withTls = (tls: string, member = '') =>
  GOOD.replace('clusters:', `tls: ${tls}\nadmin: { listen: 127.0.0.1:8081, tls: ${tls} }\nclusters:`).replace(
    '      - url: http://127.0.0.1:9763\n',
    `      - url: https://127.0.0.1:9763\n${member}`,
  );

describe('certificates and keys', () => {
  const fixtures = resolve('test/fixtures/tls');
  const inFixtures = (text: string, environment = {}) =>
    parseGatewayFile(text, environment, join(fixtures, 'gateway.yaml'));

  test('are looked for beside the file, wherever the program runs', () => {
    const text = withTls('{ cert: server.pem, key: server.key }', '        tls: { ca: ca.pem }\n');
    const { tls, admin, clusters } = inFixtures(text);
    expect([tls?.cert.source, admin?.tls?.key.source, clusters[0]?.members[0]?.tls?.ca?.source]).toEqual(
      ['server.pem', 'server.key', 'ca.pem'].map((file) => join(fixtures, file)),
    );
  });

  test('of the mirror and of applications are looked for there as well', () => {
    const text = `${GOOD.replace('clusters:', 'admin: { listen: 127.0.0.1:8081 }\nstatistics: { mirror: { token: 1234567890123456789012a, tls: { ca: ca.pem } } }\nclusters:')}  app:
    protocol: http
    path: /app
    members: [{ url: https://a, route: a, tls: { ca: ca.pem } }]
`;
    const { statistics, clusters } = inFixtures(text);
    const sources = [statistics?.mirror?.tls?.ca?.source, clusters[1]?.members[0]?.tls?.ca?.source];
    expect(sources).toEqual([join(fixtures, 'ca.pem'), join(fixtures, 'ca.pem')]);
  });

  test('may come from the environment, and from files that are put in', () => {
    const text = withTls("{ cert: '${file:server.pem}', key: '${KEY}' }");
    const key = readPem('server.key');
    expect(inFixtures(text, { KEY: key }).tls).toMatchObject({
      cert: { text: readPem('server.pem').trimEnd() },
      key: { text: key },
    });
  });

  test('that are wrong are told with their place', () => {
    const text = withTls(
      '{ cert: none.pem, key: client.key }',
      '        tls: { cert: client.pem, key: server.key }\n',
    );
    const problems = problemsIn(() => inFixtures(text));
    expect(problems).toEqual([
      expect.stringMatching(
        /^line 2, column 14: tls\.cert: names a file that cannot be read: there is no such/,
      ),
      expect.stringMatching(/^line 3, column 47: admin\.tls\.cert: names a file/),
      expect.stringMatching(
        /^line 10, column 39: clusters\.main\.members\[0\]\.tls\.key: holds the key of another certificate/,
      ),
    ]);
  });

  test('are left alone where something else stands in their place', () => {
    expect(problemsOf(withTls('[1]'))).toHaveLength(2);
    expect(problemsOf(withTls('7', '        tls: x\n'))).toHaveLength(3);
  });
});
