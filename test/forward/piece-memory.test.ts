import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PieceMemory } from '../../lib/forward/piece-memory.ts';

const KIB = 1024;
const BYTES = Buffer.from(Array.from({ length: 64 * KIB }, (_, index) => index % 251));

describe('the memory for pieces of replies', () => {
  test('copies', () => {
    const memory = new PieceMemory();
    for (const [start, end] of [
      [0, 0],
      [10, 20],
      [0, 64 * KIB],
    ] as const)
      expect(memory.copy(BYTES, start, end).equals(BYTES.subarray(start, end))).toBe(true);
  });

  test('uses a block again that was given back', () => {
    const memory = new PieceMemory();
    const first = memory.copy(BYTES, 0, 64 * KIB);
    expect(memory.isLent(first)).toBe(true);
    memory.giveBack(first);
    expect(memory.isLent(first)).toBe(false);
    expect(memory.copy(BYTES, 0, 4 * KIB).buffer).toBe(first.buffer);
  });

  test('lends no block for a small piece, which somebody might keep', () => {
    const memory = new PieceMemory();
    const piece = memory.copy(BYTES, 0, 4 * KIB - 1);
    expect(memory.isLent(piece)).toBe(false);
    memory.giveBack(piece);
    expect(memory.free).toBe(0);
  });

  test('takes nothing twice, and nothing that is not its own', () => {
    const memory = new PieceMemory();
    const piece = memory.copy(BYTES, 0, 5 * KIB);
    memory.giveBack(piece);
    memory.giveBack(piece);
    memory.giveBack(Buffer.alloc(64 * KIB));
    memory.giveBack(new PieceMemory().copy(BYTES, 0, 5 * KIB));
    expect(memory.free).toBe(1);
  });

  test('keeps 8 MiB at most', () => {
    const memory = new PieceMemory();
    const pieces = Array.from({ length: 200 }, () => memory.copy(BYTES, 0, 5 * KIB));
    for (const piece of pieces) memory.giveBack(piece);
    expect(memory.free).toBe(128);
  });

  test('never lends to one what another has not given back', () => {
    const step = fc.record({ size: fc.integer({ min: 4 * KIB, max: 8 * KIB }), givesBack: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const memory = new PieceMemory();
        const pieces: { readonly piece: Buffer; readonly fill: number }[] = [];
        for (const [fill, { size, givesBack }] of steps.entries()) {
          pieces.push({ piece: memory.copy(Buffer.alloc(size, fill), 0, size), fill });
          for (const { piece } of pieces.splice(givesBack, 1)) memory.giveBack(piece);
          for (const one of pieces) expect(one.piece.every((byte) => byte === one.fill)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });
});
