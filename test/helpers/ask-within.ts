import type { ClientRequest, IncomingMessage } from 'node:http';

/** How long a request may take. */
export interface Patience {
  /** Milliseconds after which the client leaves; undefined for never. */
  readonly leaveAfter: number | undefined;
  /** Milliseconds within which the request must have ended. */
  readonly limit: number;
  /** What is asked, for errors. */
  readonly told: string;
}

/** How a request ended to which no reply came as a whole. */
export type Unanswered =
  /** The connection ended before the reply was complete. */
  | { readonly kind: 'cut' }
  /** The client itself did not wait. */
  | { readonly kind: 'left' };

/**
 * Sends a request and reads its reply to the end.
 *
 * @param judge what the reply amounts to; may throw
 * @returns a promise that rejects where `judge` throws, and when the request does not end in time
 */
export function askWithin<Judged>(
  request: ClientRequest,
  body: string | Buffer | undefined,
  { leaveAfter, limit, told }: Patience,
  judge: (response: IncomingMessage, body: Buffer) => Judged,
): Promise<Judged | Unanswered> {
  const outcomeOf = async (response: IncomingMessage): Promise<Judged | Unanswered> => {
    const whole = await wholeBody(response);
    return whole === undefined ? { kind: 'cut' } : judge(response, whole);
  };
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(hang);
      clearTimeout(leave);
      settle();
    };
    const hang = setTimeout(() => {
      finish(() => reject(new Error(`no end within ${limit} ms: ${told}`)));
      request.destroy();
    }, limit);
    const leave = setTimeout(() => {
      finish(() => resolve({ kind: 'left' }));
      request.destroy();
    }, leaveAfter ?? limit);
    request.on('error', () => finish(() => resolve({ kind: 'cut' })));
    request.on('response', (response) => {
      outcomeOf(response).then(
        (outcome) => finish(() => resolve(outcome)),
        (error: unknown) => finish(() => reject(new Error(`${told}: ${String(error)}`))),
      );
    });
    request.end(body);
  });
}

/** Undefined for one that is cut. */
async function wholeBody(response: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}
