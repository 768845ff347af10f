const BLOCK_SIZE = 64 * 1024;
/** Smaller pieces share memory that Node takes in advance: who keeps one of them should not keep a block. */
const SMALLEST = 4 * 1024;
/** 8 MiB. */
const MOST_FREE = 128;

interface Block {
  readonly bytes: Buffer;
  isLent: boolean;
}

/**
 * Memory for pieces of replies, used again when a piece has left. Memory taken anew for each piece would lie outside V8's heap, and V8
 * 13 answers that with collections of the whole heap, which cost more than all else that is done for a large reply.
 */
export class PieceMemory {
  readonly #blocks = new WeakMap<ArrayBufferLike, Block>();
  readonly #free: Block[] = [];

  /** Blocks that wait to be used again. */
  get free(): number {
    return this.#free.length;
  }

  /** Copies bytes, in blocks where they are many. The copy is the caller's to keep, or to give back. @param bytes 64 KiB at most */
  copy(bytes: Buffer, start: number, end: number): Buffer {
    const size = end - start;
    const piece = size < SMALLEST ? Buffer.allocUnsafe(size) : this.#lend().subarray(0, size);
    bytes.copy(piece, 0, start, end);
    return piece;
  }

  /** True for a piece that may be given back. */
  isLent(piece: Buffer): boolean {
    return this.#blocks.get(piece.buffer)?.isLent === true;
  }

  /** Nobody looks at this piece any more, nor will write it: its memory may be overwritten. Harmless for any other piece. */
  giveBack(piece: Buffer): void {
    const block = this.#blocks.get(piece.buffer);
    if (block?.isLent !== true) return;
    block.isLent = false;
    if (this.#free.length < MOST_FREE) this.#free.push(block);
  }

  #lend(): Buffer {
    const block = this.#free.pop() ?? this.#add();
    block.isLent = true;
    return block.bytes;
  }

  #add(): Block {
    const block = { bytes: Buffer.allocUnsafeSlow(BLOCK_SIZE), isLent: false };
    this.#blocks.set(block.bytes.buffer, block);
    return block;
  }
}

/** That of all members, which all run in one process. */
export const pieceMemory: PieceMemory = new PieceMemory();
