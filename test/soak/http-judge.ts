import type { Ending } from './client.ts';
import { answerBody, uploadBody, uploadDigest, type Fate } from './fates.ts';
import type { PlannedRequest } from './request-plan.ts';
import { ECHOED } from './websocket-client.ts';

/** What may come of a request to an application. */
type Result = 'answered' | 'lost' | 'later' | 'failed' | 'overdue' | 'early' | 'cut' | 'left';

const OUTAGE: readonly Result[] = ['answered', 'lost', 'later', 'failed', 'overdue', 'early', 'cut', 'left'];

/** As `judge`, for protocol `http`: replies pass as they are, and what no member answered is 502 to 504. */
export function judgeHttp(planned: PlannedRequest, ending: Ending, outage: boolean): string | undefined {
  const result = resultOf(planned, ending);
  const told = `${planned.n} ${planned.session} ${planned.fate} ${planned.size} ${planned.how}`;
  if (result === undefined) return `${told}: ${JSON.stringify(ending).slice(0, 500)}`;
  if (result === 'left' && planned.leaves !== undefined) return undefined;
  const allowed = outage ? OUTAGE : allowedResults(planned);
  return allowed.includes(result) ? undefined : `${told}: ${result}`;
}

/** Undefined for what must not be under any circumstances. */
function resultOf({ n, size, how, session }: PlannedRequest, ending: Ending): Result | undefined {
  if (ending.kind !== 'reply') return ending.kind === 'hang' ? undefined : ending.kind;
  const { status, headers, body } = ending;
  const isHead = how === 'head';
  if (how === 'websocket' && status === 101) return body === ECHOED ? 'answered' : undefined;
  if (how === 'upload' && status === 413) return 'early';
  if (how === 'upload' && status === 200 && headers['x-upload'] !== uploadDigest(uploadBody(n, size))) {
    return undefined;
  }
  if (headers['content-type'] === 'text/xml') {
    if (status === 200) return isHead || body === answerBody(n, size) ? 'answered' : undefined;
    return status === 417 && (isHead || body.endsWith(`>${session}</error>`)) ? 'lost' : undefined;
  }
  if (headers['content-type'] !== 'application/problem+json') return undefined;
  if (status === 502) return 'failed';
  if (status === 504) return 'overdue';
  return status === 503 && headers['retry-after'] !== undefined ? 'later' : undefined;
}

function allowedResults({ fate, how }: PlannedRequest): readonly Result[] {
  // The head of a reply is all of it where only that was asked for.
  const broken: readonly Result[] = how === 'head' ? ['answered'] : ['failed', 'cut'];
  const results: Record<Fate, readonly Result[]> = {
    answer: ['answered'],
    late: ['answered'],
    drip: ['answered'],
    lost: ['lost'],
    reset: ['failed'],
    end: ['failed'],
    // The next member does it for the first time too; only a kept connection is tried again on the same one.
    resetOnce: ['answered', 'failed'],
    endOnce: ['answered', 'failed'],
    behindHead: broken,
    cut: broken,
    resetHalfway: broken,
    garbage: ['failed'],
    hang: ['overdue'],
    early: ['early'],
  };
  return results[fate];
}
