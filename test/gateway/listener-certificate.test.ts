import { X509Certificate } from 'node:crypto';
import { copyFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { checkTlsOptions } from '../../lib/config/check.ts';
import type { TlsConfig } from '../../lib/config/config.ts';
import type { TlsOptions } from '../../lib/config/tls-options.ts';
import { ListenerCertificate } from '../../lib/gateway/listener-certificate.ts';
import { certificateFiles, readPem } from '../helpers/certificates.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { LogRecorder } from '../helpers/log-recorder.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';

const DAY_MS = 86_400_000;
const inTemporaryDirectory = useTemporaryDirectory();

/** A certificate whose files change under it. */
async function watched(given?: TlsOptions, start?: number) {
  const files = { cert: inTemporaryDirectory('a.pem'), key: inTemporaryDirectory('a.key') };
  const put = async (name: string, part: 'cert' | 'key'): Promise<void> =>
    copyFile(certificateFiles(name)[part], files[part]);
  await put('server', 'cert');
  await put('server', 'key');
  const [clock, logger] = [new FakeClock(start), new LogRecorder()];
  const used: TlsConfig[] = [];
  const renew = (tls: TlsConfig): void => void used.push(tls);
  const tls = checkTlsOptions(given ?? files, 'tls');
  const certificate = new ListenerCertificate(tls, { option: 'tls', clock, logger, renew });
  certificate.watch();
  return { certificate, clock, files, put, used, log: logger.lines };
}

describe('the certificate of a listener', () => {
  test('is left alone while its files stay as they are', async () => {
    const { clock, used, log } = await watched();
    clock.advance(600_000);
    expect([used, log]).toEqual([[], []]);
  });

  test('is read again when its files have changed', async () => {
    const { clock, put, used, log } = await watched();
    await put('renewed', 'cert');
    await put('renewed', 'key');
    clock.advance(10_000);
    expect(used.map(({ cert, key }) => [cert.text, key.text])).toEqual([
      [readPem('renewed.pem'), readPem('renewed.key')],
    ]);
    expect(log).toEqual([{ level: 'info', fields: { option: 'tls' }, message: 'certificate read again' }]);
    clock.advance(600_000);
    expect(used).toHaveLength(1);
  });

  test('stays in use while the change is half done, which is told once, and then goes', async () => {
    const { clock, put, used, log } = await watched();
    await put('renewed', 'cert');
    clock.advance(30_000);
    expect(used).toEqual([]);
    expect(log).toEqual([
      {
        level: 'error',
        fields: {
          option: 'tls',
          problems: [expect.stringMatching(/^key: holds the key of another certificate/)],
        },
        message: 'certificate refused; the one before stays in use',
      },
    ]);
    await put('renewed', 'key');
    clock.advance(10_000);
    expect(used).toHaveLength(1);
  });

  test('stays in use when its file is gone, damaged or expired', async () => {
    const { clock, files, put, used, log } = await watched();
    await writeFile(files.key, '');
    clock.advance(10_000);
    await put('expired', 'key');
    await put('expired', 'cert');
    clock.advance(10_000);
    const problems = log.flatMap(({ fields }) => ('problems' in fields ? fields.problems : []));
    expect(problems.map((problem) => String(problem).replace(/20\d\d-[^;]*/, 'DAY'))).toEqual([
      expect.stringContaining('key: holds no private key in PEM form'),
      expect.stringContaining('cert: holds a certificate that expired at DAY; renew it'),
    ]);
    expect(used).toEqual([]);
  });

  test('is what a new configuration says, and its files are watched then', async () => {
    const { certificate, clock, files, used } = await watched(certificateFiles('server'));
    certificate.replace(checkTlsOptions(files, 'tls'));
    expect(used).toHaveLength(1);
    await copyFile(certificateFiles('renewed').cert, files.cert);
    await copyFile(certificateFiles('renewed').key, files.key);
    clock.advance(10_000);
    expect(used).toHaveLength(2);
  });

  test('that stands in the options is no file to look after', async () => {
    const { clock, used, log } = await watched({ cert: readPem('server.pem'), key: readPem('server.key') });
    clock.advance(600_000);
    expect([used, log]).toEqual([[], []]);
  });

  test('is told of once a day when it expires soon', async () => {
    const end = new Date(new X509Certificate(readPem('server.pem')).validTo).getTime();
    const { clock, log } = await watched(undefined, end - 14.5 * DAY_MS);
    expect(log).toEqual([]);
    clock.advance(DAY_MS);
    const words = expect.stringMatching(/^the certificate expires at .*, in 13 days; renew it$/);
    expect(log).toEqual([{ level: 'warn', fields: { option: 'tls' }, message: words }]);
    clock.advance(2 * DAY_MS);
    expect(log).toHaveLength(3);
  });

  test('is watched no more once it is closed', async () => {
    const { certificate, clock, put, used } = await watched();
    certificate.close();
    await put('renewed', 'cert');
    await put('renewed', 'key');
    clock.advance(600_000);
    expect([used.length, clock.running]).toEqual([0, 0]);
  });
});
