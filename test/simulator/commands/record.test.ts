import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { textOf } from '../../helpers/raw-connection.ts';
import { SimulatedSession } from '../../helpers/simulated-session.ts';

let session: SimulatedSession;
/** Ids in the order of the latest `show`. */
let ids: readonly string[];

const encode = (bytes: string): string => encodeURIComponent(Buffer.from(bytes, 'latin1').toString());

beforeAll(async () => {
  session = await SimulatedSession.start();
  await session.find('music');
  const { body } = await session.run('command=show&sort=title:0');
  ids = [...body.matchAll(/<recid>(.*)<\/recid>/g)].map(([, id = '']) => id);
});

afterAll(async () => {
  await session.stop();
});

describe('record', () => {
  test('names its neighbours in the order of the latest show', async () => {
    const names = ['prevrecid', 'recid', 'nextrecid'];
    const first = await session.run(`command=record&id=${encode(ids[0] ?? '')}`);
    expect(names.map((name) => textOf(first, name))).toEqual([undefined, ids[0], ids[1]]);
    const second = await session.run(`command=record&id=${encode(ids[1] ?? '')}`);
    expect(names.map((name) => textOf(second, name))).toEqual([ids[0], ids[1], ids[2]]);
  });

  test('tells more than show', async () => {
    const { body } = await session.run(`command=record&id=${encode(ids[0] ?? '')}`);
    expect(body).toContain('  <md-subject>Concerts</md-subject>\n');
    expect(body).toContain('<md-publication-name>');
  });

  test('gives the raw record by offset or checksum', async () => {
    const record = `command=record&id=${encode(ids[0] ?? '')}`;
    const checksum = /checksum="(\d+)"/.exec((await session.run(record)).body)?.[1];
    const raw = await session.run(`${record}&offset=0`);
    expect(raw.body).toMatch(/^<record xmlns="[^"]*"><controlfield tag="001">pzb/);
    expect((await session.run(`${record}&checksum=${checksum}`)).body).toBe(raw.body);
  });

  test('gives the raw record as bytes when asked', async () => {
    const { head } = await session.run(`command=record&id=${encode(ids[0] ?? '')}&offset=0&binary=1`);
    expect(head).toContain('Content-Type: application/octet-stream\r\n');
  });

  test.each([
    ['&offset=99', 'no record at offset given'],
    ['&checksum=1', 'no record'],
  ])('fails with %s', async (which, detail) => {
    const reply = await session.run(`command=record&id=${encode(ids[0] ?? '')}${which}`);
    expect([reply.statusLine, textOf(reply, 'error')]).toEqual([
      'HTTP/1.1 417 Record command failed',
      detail,
    ]);
  });

  test('needs an id', async () => {
    expect(textOf(await session.run('command=record'), 'error')).toBe('id');
  });
});
