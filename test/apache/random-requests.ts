import { seededRandom } from '../helpers/seeded-random.ts';
import type { RecordedHeader, VectorRequest } from './vectors.ts';

/** Names of the session, as in `stickysession=PZC|session`. */
export const COOKIE = 'PZC';
export const PARAMETER = 'session';

/** Draws requests, the same ones for the same seed. */
export class RandomRequests {
  readonly #random: () => number;
  readonly #routes: readonly string[];

  /** @param routes of the members that sessions may name */
  constructor(seed: number, routes: readonly string[]) {
    this.#random = seededRandom(seed);
    this.#routes = routes;
  }

  /** As well-behaved clients send them: without a session, or with one in one place. */
  plain(): VectorRequest {
    const session = `${this.#id()}.${this.#one(this.#routes)}`;
    return this.#one<() => VectorRequest>([
      () => ({ target: '/x' }),
      () => ({ target: '/search.pz2?command=init' }),
      () => ({ target: `/search.pz2?command=show&${PARAMETER}=${session}` }),
      () => ({ target: `/x;${PARAMETER}=${session}` }),
      () => ({ target: '/x', headers: [['Cookie', `a=b; ${COOKIE}=${session}`]] }),
    ])();
  }

  /** With sessions in strange places and spellings. */
  strange(): VectorRequest {
    const path = this.#one(['/x', '/a/b', this.#parameterPath(), `/${PARAMETER}=${this.#value()}`]);
    const query = this.#some(3, () => this.#argument()).join('&');
    const cookies = this.#some(2, () => this.#cookie());
    return {
      target: query === '' ? path : `${path}?${query}`,
      headers: cookies.length === 0 ? [] : [['Cookie', cookies.join(this.#one(['; ', ';']))]],
    };
  }

  /** With headers of all kinds, and sometimes a body. */
  furnished(): VectorRequest {
    const method = this.#one(['GET', 'GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH']);
    const target = this.#one([
      '/x',
      '/a/b?c=d',
      '/a+b',
      '/~user',
      '/a?x=%20&y=+',
      '/a?',
      '/a%20b',
      '/a%7Eb',
      '/a//b',
    ]);
    const body = method === 'POST' || method === 'PUT' ? { body: 'b'.repeat(this.#below(20)) } : {};
    return { method, target, headers: this.#some(6, () => this.#header()), ...body };
  }

  #header(): RecordedHeader {
    return this.#one<RecordedHeader>([
      ['Accept', 'text/html, */*;q=0.1'],
      ['accept-language', 'da, en'],
      ['User-Agent', 'ua/1 (x; y)'],
      ['X-Custom', String(this.#below(9))],
      ['x-lower_case', 'å'],
      ['Authorization', 'Basic YTpi'],
      ['Cookie', `c${this.#below(3)}=d`],
      ['Cache-Control', 'no-cache'],
      ['If-None-Match', '"e"'],
      ['Via', '1.1 front'],
      ['Upgrade', 'h2c'],
      ['Keep-Alive', 'timeout=5'],
      ['Proxy-Connection', 'keep-alive'],
      ['Trailer', 'X-T'],
      ['TE', this.#one(['gzip', 'trailers'])],
      ['Connection', this.#one(['close', 'close, X-Custom', 'close, Cookie', 'close, authorization'])],
      ['Proxy-Authorization', 'Basic YTpi'],
      ['X-Forwarded-For', '10.1.1.1'],
      ['X-Forwarded-Host', 'front.test'],
      ['X-Forwarded-Proto', 'https'],
      ['Forwarded', 'for=10.1.1.1'],
      ['X-Real-IP', '10.1.1.1'],
    ]);
  }

  #parameterPath(): string {
    return `/x;${PARAMETER}=${this.#value()}${this.#one(['', ';a=b', '/y'])}`;
  }

  #argument(): string {
    return this.#one([
      'a=b',
      'c',
      `${PARAMETER}=${this.#value()}`,
      `${PARAMETER}=${this.#value()}`,
      `x${PARAMETER}=${this.#value()}`,
      `${PARAMETER}x=${this.#value()}`,
      `query=${PARAMETER}=${this.#value()}`,
      `query=water%20${PARAMETER}=${this.#value()}`,
      `%73ession=${this.#value()}`,
    ]);
  }

  #cookie(): string {
    return this.#one([
      'a=b',
      `${COOKIE}=${this.#value()}`,
      `${COOKIE}=${this.#value()}`,
      `${COOKIE}="${this.#value()}"`,
      `x${COOKIE}=${this.#value()}`,
      `q="a,${COOKIE}=${this.#value()}"`,
    ]);
  }

  #value(): string {
    const route = this.#one(this.#routes);
    return this.#one([
      `${this.#id()}.${route}`,
      `${this.#id()}.${route}`,
      `${this.#id()}.${route}`,
      `${this.#id()}.gone`,
      `${this.#id()}%2E${route}`,
      `.${route}`,
      this.#id(),
      `${this.#id()}.`,
      '',
    ]);
  }

  #id(): string {
    return String(this.#below(1000));
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #one<T>(choices: readonly T[]): T {
    const choice = choices[this.#below(choices.length)];
    if (choice === undefined) throw new Error('there is nothing to choose from');
    return choice;
  }

  #some<T>(limit: number, draw: () => T): T[] {
    return Array.from({ length: this.#below(limit + 1) }, draw);
  }
}
