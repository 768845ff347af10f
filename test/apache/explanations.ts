import type { Pair } from './differential.ts';
import type { Outcome } from './replay.ts';
import { COOKIE, PARAMETER } from './random-requests.ts';
import { headerList, type VectorRequest } from './vectors.ts';

/** Numbers of behaviours that are not copied, where a request has to do with them. */
export type Numbers = readonly string[];

/** Headers in which each balancer speaks of itself. */
const OWN_HEADERS = new Set(['host', 'connection', 'x-forwarded-server', 'x-forwarded-proto', 'te']);
const NAME_ANYWHERE = new RegExp(`${PARAMETER}=`, 'g');

/** Why the member of a request may be another one than Apache's. */
export function memberExplanations(request: VectorRequest): Numbers {
  const { target = '' } = request;
  const cookies = headerList(request.headers).map(([, value]) => value);
  const values = sessionValues(target, cookies.join('; '));
  return numbersOf({
    D2: places(target) > wholeNames(target),
    D3: new RegExp(`${PARAMETER}=(?:[?&;]|$)`).test(target),
    D4: values.length > 1,
    D5: cookies.some((cookie) => new RegExp(`[, ]${COOKIE}=`).test(cookie) && cookie.includes('"')),
    D6: target.includes('%') || cookies.some((cookie) => /[%"]/.test(cookie)),
  });
}

/** Why a header may differ that the member got. */
function headerExplanations(request: VectorRequest, name: string): Numbers {
  const headers = headerList(request.headers);
  const lines = headers.filter(([given]) => given.toLowerCase() === name).length;
  const connection = headers.filter(([given]) => given === 'Connection').map(([, value]) => value);
  const isNamed = connection.join(',').toLowerCase().split(/, */).includes(name);
  return numbersOf({
    D38: lines > 0 && /^(?:x-forwarded-.*|forwarded|x-real-ip)$/.test(name),
    D39: lines > 0 && isNamed && (name === 'cookie' || name === 'authorization'),
    D40: lines > 1 && name === 'cookie',
    D41: lines > 0 && name === 'proxy-authorization',
  });
}

/** Why the target may differ that the member got. */
export function targetExplanations({ target = '' }: VectorRequest): Numbers {
  return numbersOf({ D42: /%|\/\//.test(target.replace(/\?.*/, '')) });
}

/** A header that is not the same. */
export interface HeaderDifference {
  readonly name: string;
  readonly apache: string | undefined;
  readonly ours: string | undefined;
  readonly why: Numbers;
}

/** The headers that differ in what a member got of a request. */
export function headerDifferences({ request, apache, ours }: Pair): HeaderDifference[] {
  const [theirs, own] = [headersSeen(apache), headersSeen(ours)];
  const names = [...new Set([...theirs.keys(), ...own.keys()])];
  return names
    .filter((name) => !OWN_HEADERS.has(name) && theirs.get(name) !== own.get(name))
    .map((name) => {
      return { name, apache: theirs.get(name), ours: own.get(name), why: headerExplanations(request, name) };
    });
}

/** By name in lower case; several lines are one list. */
function headersSeen({ seen }: Outcome): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  for (const [name, value] of seen.at(-1)?.headers ?? []) {
    const key = name.toLowerCase();
    if (key === 'content-length' && value === '0') continue;
    const before = result.get(key);
    result.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return result;
}

function numbersOf(applies: Readonly<Record<string, boolean>>): Numbers {
  return Object.keys(applies).filter((number) => applies[number] === true);
}

/** How often the name of the session stands in a target, wherever. */
function places(target: string): number {
  return target.match(NAME_ANYWHERE)?.length ?? 0;
}

/** How often it is a parameter of its own that ends where Apache thinks it ends. */
function wholeNames(target: string): number {
  const [path = '', query = ''] = target.split('?');
  const inPath = path.match(new RegExp(`;${PARAMETER}=[^;/]*$`, 'g'))?.length ?? 0;
  return inPath + query.split('&').filter((argument) => argument.startsWith(`${PARAMETER}=`)).length;
}

function sessionValues(target: string, cookies: string): readonly string[] {
  const pattern = new RegExp(`(?:${PARAMETER}|%73ession|${COOKIE})=`, 'g');
  return `${target} ${cookies}`.match(pattern) ?? [];
}
