import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { StatusLineReader } from '../../lib/forward/status-line-reader.ts';

/** What the reader passes on, and the reason it read, of bytes that arrive in these pieces. */
function readPieces(pieces: readonly Buffer[]): { passed: string; reason: string | undefined } {
  const reader = new StatusLineReader();
  reader.begin();
  const passed = [...pieces.map((piece) => reader.read(piece)), reader.end()];
  return {
    passed: Buffer.concat(passed.filter((bytes) => bytes !== undefined)).toString('latin1'),
    reason: reader.reason,
  };
}

function cut(bytes: string, positions: readonly number[]): Buffer[] {
  const cuts = [0, ...positions.map((position) => position % (bytes.length + 1)), bytes.length];
  cuts.sort((a, b) => a - b);
  return cuts.slice(1).map((end, index) => Buffer.from(bytes.slice(cuts[index], end), 'latin1'));
}

const positions = fc.array(fc.nat(2000), { maxLength: 10 });

describe('the reader of status lines', () => {
  test('keeps the reason byte for byte and drops interim replies, however they are cut', () => {
    const final = 'HTTP/1.1 417 Gr\xf6\xdfe: \xc3\r\nA: b\r\n\r\nHTTP/1.1 100 Body\r\n\r\n';
    const interim = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\nLink: x\n\n';
    fc.assert(
      fc.property(positions, (cuts) => {
        expect(readPieces(cut(interim + final, cuts))).toEqual({
          passed: final,
          reason: 'Gr\xf6\xdfe: \xc3',
        });
      }),
    );
  });

  test('passes on whatever is no interim reply', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), positions, (bytes, cuts) => {
        const text = Buffer.from(bytes).toString('latin1');
        expect(readPieces(cut(text, cuts)).passed).toBe(text);
      }),
    );
  });

  test('holds nothing back that cannot become a status line', () => {
    const reader = new StatusLineReader();
    reader.begin();
    expect(reader.read(Buffer.from('HTTP/1.1'))).toBeUndefined();
    reader.end();
    reader.begin();
    expect(reader.read(Buffer.from('<html>'))?.toString()).toBe('<html>');
  });

  test('leaves a change of protocol, and lines and heads without end, to the parser', () => {
    expect(readPieces([Buffer.from('HTTP/1.1 101 Switching\r\n\r\n')]).passed).toContain('101');
    const line = `HTTP/1.1 200 ${'x'.repeat(20_000)}`;
    expect(readPieces(cut(line, [100, 17_000])).passed).toBe(line);
    const head = `HTTP/1.1 103 Early\r\nA: ${'x'.repeat(20_000)}`;
    expect(readPieces(cut(head, [100, 17_000])).passed).toBe(head);
  });

  test('passes everything on between replies', () => {
    const reader = new StatusLineReader();
    expect(reader.read(Buffer.from('HTTP/1.1 100'))?.toString()).toBe('HTTP/1.1 100');
  });
});
