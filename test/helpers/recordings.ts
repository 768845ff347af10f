import { readFixture } from './fixture.ts';

/** One exchange with a real Pazpar2; latin1, one character a byte. */
export interface Recording {
  readonly name: string;
  readonly request: string;
  readonly response: string;
}

/** Every recorded exchange. */
export const RECORDINGS: readonly Recording[] = (
  readFixture('pazpar2/recordings-1.14.1.json') as { exchanges: readonly Recording[] }
).exchanges;

/** Body of the reply with this name. */
export function recordedBody(name: string): Buffer {
  const found = RECORDINGS.find((recording) => recording.name === name);
  if (found === undefined) throw new Error(`no recording is called ${name}`);
  return bodyOf(found);
}

/** Body of a recorded reply, or of the first of several. */
export function bodyOf({ response }: Recording): Buffer {
  const head = response.indexOf('\r\n\r\n');
  const length = Number(/content-length: *(\d+)/i.exec(response)?.[1]);
  return Buffer.from(response.slice(head + 4, head + 4 + length), 'latin1');
}
