import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { expiryWarnings, expiryWords } from '../../lib/config/certificate-expiry.ts';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import { formatPath } from '../../lib/config/problem.ts';
import { certificateFiles, pemFile, readPem } from '../helpers/certificates.ts';

const DAY_MS = 86_400_000;
const END = new Date(new X509Certificate(readPem('server.pem')).validTo).getTime();

test.each([
  [15, undefined],
  [14, undefined],
  [13.9, 'in 13 days; renew it'],
  [0.5, 'in 0 days; renew it'],
  [-1, 'in 0 days; renew it'],
])('%d days before its end a certificate is told of: %s', (days, words) => {
  const told = expiryWords(pemFile('server.pem'), END - days * DAY_MS);
  expect(told?.replace(/^the certificate expires at \d{4}-\d\d-\d\dT[\d:.]+Z, /, '')).toBe(words);
});

describe('a gateway', () => {
  const tls = certificateFiles('server');
  const config = checkGatewayOptions({
    listen: '127.0.0.1:8443',
    tls,
    admin: { listen: '127.0.0.1:8444', tls },
    clusters: {
      main: {
        path: '/',
        members: [
          { url: 'https://a', route: 'a' },
          { url: 'https://b', route: 'b', tls: certificateFiles('client') },
        ],
      },
    },
  });

  test('is warned of each of its own certificates', () => {
    const paths = expiryWarnings(config, END - DAY_MS).map(({ path }) => formatPath(path));
    expect(paths).toEqual(['tls.cert', 'admin.tls.cert', 'clusters.main.members[1].tls.cert']);
  });

  test('is left alone while there is time', () => {
    expect(expiryWarnings(config, END - 30 * DAY_MS)).toEqual([]);
  });
});
