import { createHash } from 'node:crypto';

/**
 * What a backend of the soak does with a request. The request itself says it (argument `fate`), so that the client knows what
 * must come of it.
 */
export const FATES = {
  answer: 'answers at once',
  late: 'answers after some milliseconds',
  drip: 'answers in three parts with pauses between them',
  lost: 'says that it does not know the session',
  reset: 'resets the connection without an answer',
  end: 'ends the connection without an answer',
  resetOnce: 'resets the connection, and answers when asked again',
  endOnce: 'ends the connection, and answers when asked again',
  behindHead: 'sends the head of an answer and ends the connection',
  cut: 'sends half an answer and ends the connection',
  resetHalfway: 'sends half an answer and resets the connection',
  garbage: 'sends what is no reply',
  hang: 'never answers',
  early: 'answers an upload before its body is there',
} as const;

export type Fate = keyof typeof FATES;

export function isFate(text: string): text is Fate {
  return Object.hasOwn(FATES, text);
}

/** The body of the answer to request `n`, `size` bytes and more: nobody else's answer looks like it. */
export function answerBody(n: number, size: number): string {
  const tag = `<reply n="${n}">`;
  return `${tag}${'x'.repeat(Math.max(0, size))}</reply n="${n}">`;
}

/** The body of upload `n`, `size` bytes: nobody else's looks like it. */
export function uploadBody(n: number, size: number): Buffer {
  return Buffer.alloc(size, `${n}/`);
}

/** What a backend says of an upload that it got. */
export function uploadDigest(body: Buffer): string {
  return `${body.length} ${createHash('sha1').update(body).digest('hex')}`;
}

/** A message of a WebSocket; the backends send each back. */
export function messageOf(n: number, index: number, size: number): string {
  return `<message n="${n}.${index}">${'y'.repeat(size)}`;
}
