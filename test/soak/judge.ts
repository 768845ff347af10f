import type { Ending } from './client.ts';
import { answerBody, type Fate } from './fates.ts';
import type { PlannedRequest } from './request-plan.ts';

/** What may come of a request. */
type Result = 'answered' | 'lost' | 'later' | 'malformed' | 'cut' | 'left';

const ONLY_ANSWERED: readonly Result[] = ['answered'];
const ONLY_LOST: readonly Result[] = ['lost'];
const ONLY_MALFORMED: readonly Result[] = ['malformed'];
const ONLY_CUT: readonly Result[] = ['cut'];
const LATER: readonly Result[] = ['later'];
const LATER_OR_CUT: readonly Result[] = ['later', 'cut'];
const OUTAGE: readonly Result[] = ['answered', 'lost', 'later', 'malformed', 'cut', 'left'];
const NO_SESSION = 'Session does not exist or it has expired';

/**
 * Whether a request ended as it had to, by what its backend was told to do.
 *
 * @param outage a backend was dead meanwhile, so that it could not do what it was told
 * @returns what is wrong, undefined if nothing is
 */
export function judge(planned: PlannedRequest, ending: Ending, outage: boolean): string | undefined {
  const result = resultOf(planned, ending);
  if (result === undefined) return `${describe(planned)}: ${describeEnding(ending)}`;
  if (result === 'left' && planned.leaves !== undefined) return undefined;
  const allowed = outage ? OUTAGE : allowedResults(planned);
  return allowed.includes(result) ? undefined : `${describe(planned)}: ${result}`;
}

/** Undefined for what must not be under any circumstances. */
function resultOf(planned: PlannedRequest, ending: Ending): Result | undefined {
  if (ending.kind !== 'reply') return ending.kind === 'hang' ? undefined : ending.kind;
  const { status, headers, body } = ending;
  if (headers['content-type'] !== 'text/xml') return undefined;
  const isHead = planned.how === 'head';
  if (status === 200) return isHead || isOwnAnswer(planned, body) ? 'answered' : undefined;
  if (status === 417) {
    const own = `<error code="1" msg="${NO_SESSION}">${planned.session}</error>`;
    return isHead || body.endsWith(own) ? 'lost' : undefined;
  }
  if (status === 502) return 'malformed';
  return status === 503 && headers['retry-after'] !== undefined ? 'later' : undefined;
}

function isOwnAnswer({ n, size, session }: PlannedRequest, body: string): boolean {
  if (session !== undefined) return body === answerBody(n, size);
  return /^<init><status>OK<\/status><session>\d+\.pz\d<\/session>/.test(body);
}

function allowedResults({ command, fate, how, size }: PlannedRequest): readonly Result[] {
  const asOnce = command === 'search' ? LATER : ONLY_ANSWERED;
  // Nothing of a small answer, and nothing of one to HEAD, may have left yet.
  const asCut = how === 'head' || size < 1000 ? LATER_OR_CUT : ONLY_CUT;
  const results: Record<Fate, readonly Result[]> = {
    answer: ONLY_ANSWERED,
    late: ONLY_ANSWERED,
    drip: ONLY_ANSWERED,
    lost: ONLY_LOST,
    reset: LATER,
    end: LATER,
    resetOnce: asOnce,
    endOnce: asOnce,
    behindHead: LATER,
    cut: asCut,
    resetHalfway: asCut,
    garbage: ONLY_MALFORMED,
    hang: LATER,
    // Only uploads to applications meet this.
    early: [],
  };
  return results[fate];
}

function describe({ n, command, session, fate, size, how, gzip }: PlannedRequest): string {
  return `${n} ${command} ${session} ${fate} ${size} ${how}${gzip ? ' gzip' : ''}`;
}

function describeEnding(ending: Ending): string {
  if (ending.kind !== 'reply') return ending.kind;
  return `${ending.status} ${JSON.stringify(ending.headers)} ${ending.body.slice(0, 300)}`;
}
