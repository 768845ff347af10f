import { describe, expect, test } from '@jest/globals';

import type { RawRequest } from '../helpers/scripted-backend.ts';
import { okReply, useTransportBench, type TransportKind } from './transport-bench.ts';

/** How requests go out. */
export function describeRequests(kind: TransportKind): void {
  describe('sends', () => {
    const bench = useTransportBench(kind);

    async function received(
      request: Parameters<typeof bench.send>[1],
    ): Promise<RawRequest & { host: string }> {
      const backend = await bench.backend({ script: (connection) => connection.write(okReply('x')) });
      const { reply } = bench.send(bench.transport(backend.url), request);
      expect(await reply.over()).toBeUndefined();
      const connection = await backend.connection(0);
      return { ...(await connection.request()), host: `127.0.0.1:${backend.port}` };
    }

    test('a GET with the target as it is, the member as Host and no framing', async () => {
      const { head, host } = await received({
        target: '/search.pz2?command=show&session=1%2e&x=[ä]'.replace('ä', '%e4'),
      });
      const [requestLine, ...lines] = head.split('\r\n');
      expect(requestLine).toBe('GET /search.pz2?command=show&session=1%2e&x=[%e4] HTTP/1.1');
      expect(valuesOf(lines, 'host')).toEqual([host]);
      expect(valuesOf(lines, 'content-length')).toEqual([]);
      expect(valuesOf(lines, 'transfer-encoding')).toEqual([]);
      expect(valuesOf(lines, 'expect')).toEqual([]);
    });

    test('headers as given, latin1 included', async () => {
      const { head } = await received({ headers: ['X-Name', 'caf\xe9  au lait', 'x-name', ''] });
      expect(head).toContain('\r\nX-Name: caf\xe9  au lait\r\n');
      expect(head).toMatch(kind.general ? /\r\nX-Name: *(\r\n|$)/ : /\r\nx-name: *(\r\n|$)/);
    });

    test('a body byte for byte under exactly one Content-Length', async () => {
      const body = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 256));
      const request = await received({
        method: 'POST',
        body,
        headers: ['Content-Type', 'text/xml'],
        connection: 'fresh',
      });
      const lines = request.head.split('\r\n');
      expect(valuesOf(lines, 'content-length')).toEqual(['100000']);
      expect(valuesOf(lines, 'transfer-encoding')).toEqual([]);
      expect(valuesOf(lines, 'expect')).toEqual([]);
      expect(request.body.equals(body)).toBe(true);
    });

    test.each([undefined, Buffer.alloc(0)])(
      'Content-Length: 0 with a POST that has no body',
      async (body) => {
        const { head } = await received({ method: 'POST', body });
        expect(valuesOf(head.split('\r\n'), 'content-length')).toEqual(['0']);
      },
    );

    test('no Connection: close on a kept connection, exactly that on a fresh one', async () => {
      const kept = await received({ connection: 'kept' });
      expect(valuesOf(kept.head.split('\r\n'), 'connection')).not.toContain('close');
      const fresh = await received({ connection: 'fresh' });
      expect(valuesOf(fresh.head.split('\r\n'), 'connection')).toEqual(['close']);
    });

    if (!kind.general) {
      test('nothing that would break the message: a target or header with a line break throws', async () => {
        const backend = await bench.backend();
        const transport = bench.transport(backend.url);
        expect(() => bench.send(transport, { target: '/a\r\nX: y' })).toThrow(TypeError);
        expect(() => bench.send(transport, { target: '/a b' })).toThrow(TypeError);
        expect(() => bench.send(transport, { headers: ['a', 'b\r\nc: d'] })).toThrow(TypeError);
        expect(() => bench.send(transport, { headers: ['a b', 'c'] })).toThrow(TypeError);
        expect(backend.connections).toHaveLength(0);
      });
    }
  });
}

/** Values of all header lines with this name. */
function valuesOf(lines: readonly string[], name: string): string[] {
  return lines
    .map((line) => line.split(/: ?(.*)/, 2))
    .filter(([field]) => field?.toLowerCase() === name)
    .map(([, value]) => value ?? '');
}
