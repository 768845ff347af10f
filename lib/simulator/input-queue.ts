/** Bytes that arrived and were not read yet. */
export class InputQueue {
  #chunks: Buffer[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }

  /** Up to `length` bytes from the front, which stay. */
  peek(length: number): Buffer {
    const first = this.#chunks[0];
    if (first === undefined) return Buffer.alloc(0);
    if (this.#chunks.length === 1 || first.length >= length) return first.subarray(0, length);
    return Buffer.concat(this.#chunks, Math.min(length, this.#size));
  }

  /** Exactly `length` bytes from the front, which go. */
  take(length: number): Buffer {
    const all =
      this.#chunks.length === 1 ? (this.#chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#chunks);
    this.#size -= length;
    this.#chunks = this.#size === 0 ? [] : [all.subarray(length)];
    return all.subarray(0, length);
  }
}
