/** A session value taken apart. */
export interface SessionValue {
  /** Pazpar2's session number: canonical decimal, 0 to 2147483647. */
  readonly number: string;
  /** Signature, when values are signed. It stands before the dot: Apache takes all after the first dot as the route. */
  readonly tag: string | undefined;
  /** The member that holds the session. */
  readonly route: string | undefined;
}

/** What a route may be, in one sentence for error messages. */
export const ROUTE_RULE: string =
  'A route starts with a letter, goes on with letters, digits, "_", "~" or "-", has at most 32 characters, ' +
  'and is not "e" followed by a number.';

/** Clients keep session values in keys of 80 characters. */
const MAX_LENGTH = 80;
const MAX_ROUTE_LENGTH = 32;
/** Pazpar2 cuts its numbers to 31 bits. */
const MAX_NUMBER = 2_147_483_647;

const NUMBER = /^(?:0|[1-9][0-9]{0,9})$/;
const TAG = /^[A-Za-z0-9_~-]+$/;
const ROUTE = /^[A-Za-z][A-Za-z0-9_~-]{0,31}$/;
/** `12.e5` and `12.e-5` are numbers to PHP, Perl and jQuery, which would shorten them. */
const EXPONENT = /^[Ee]-?[0-9]+$/;

/** True if `text` can name a member in session values; `ROUTE_RULE` says it in words. */
export function isRoute(text: string): boolean {
  return text.length <= MAX_ROUTE_LENGTH && ROUTE.test(text) && !EXPONENT.test(text);
}

/**
 * Takes `NUMBER ["-" TAG] ["." ROUTE]` apart. Every accepted session has exactly one spelling: Pazpar2 itself reads
 * only the leading digits and accepts signs, blanks, leading zeros and overflow, so that many spellings reach one session.
 *
 * @returns undefined for anything else. Never throws.
 */
export function parseSessionValue(value: string): SessionValue | undefined {
  if (value.length > MAX_LENGTH) return undefined;
  const dot = value.indexOf('.');
  const head = dot === -1 ? value : value.slice(0, dot);
  const dash = head.indexOf('-');
  const session: SessionValue = {
    number: dash === -1 ? head : head.slice(0, dash),
    tag: dash === -1 ? undefined : head.slice(dash + 1),
    route: dot === -1 ? undefined : value.slice(dot + 1),
  };
  return offendingPart(session) === undefined ? session : undefined;
}

/**
 * Puts a session value together. `parseSessionValue` gives the same parts back.
 *
 * @throws TypeError that names the part which would not parse back.
 */
export function formatSessionValue(value: SessionValue): string {
  const offence = offendingPart(value);
  if (offence !== undefined) throw new TypeError(`Session value: ${offence}`);
  const tag = value.tag === undefined ? '' : `-${value.tag}`;
  const route = value.route === undefined ? '' : `.${value.route}`;
  const text = value.number + tag + route;
  if (text.length <= MAX_LENGTH) return text;
  throw new TypeError(`Session value: ${JSON.stringify(text)} is longer than ${MAX_LENGTH} characters`);
}

function offendingPart({ number, tag, route }: SessionValue): string | undefined {
  if (!NUMBER.test(number) || Number(number) > MAX_NUMBER) {
    return `number ${JSON.stringify(number)} is no canonical decimal from 0 to ${MAX_NUMBER}`;
  }
  if (tag !== undefined && !TAG.test(tag)) {
    return `tag ${JSON.stringify(tag)} is not made of letters, digits, "_", "~" and "-"`;
  }
  if (route !== undefined && !isRoute(route)) {
    return `route ${JSON.stringify(route)} is not allowed. ${ROUTE_RULE}`;
  }
  return undefined;
}
