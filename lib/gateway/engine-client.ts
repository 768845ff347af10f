import { Agent, request } from 'undici';
import type { MemberTls } from '../cluster/member-tls.ts';

/** Where another engine is, and how to be let in. */
export interface EngineAddress {
  /** Its own path included, such as `https://gateway-b.internal:8081/athena`. */
  readonly url: string;
  /** What `Authorization: Bearer` carries; none when undefined. */
  readonly token: string | undefined;
  /** Where it is reached by https; undefined for what Node trusts. */
  readonly tls?: MemberTls | undefined;
}

/** An answer of another engine that is no success. */
export class EngineRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'EngineRefusal';
    this.status = status;
  }
}

interface Question {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const TIMEOUT_MS = 5000;

/** Asks one other engine. */
export class EngineClient {
  readonly #address: EngineAddress;
  readonly #agent: Agent;

  constructor(address: EngineAddress) {
    this.#address = address;
    this.#agent = new Agent({
      connect: { timeout: TIMEOUT_MS, ...tlsOptions(address.tls) },
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
  }

  /** @throws EngineRefusal, and the errors of undici */
  get(path: string): Promise<unknown> {
    return this.#ask(path, { method: 'GET', headers: {} });
  }

  /** @throws EngineRefusal, and the errors of undici */
  post(path: string, body: unknown): Promise<unknown> {
    const headers = { 'Content-Type': 'application/json' };
    return this.#ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  /** Ends what is under way. */
  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async #ask(path: string, { method, headers, body }: Question): Promise<unknown> {
    const { url, token } = this.#address;
    const { statusCode, body: answer } = await request(`${url.replace(/\/$/, '')}/${path}`, {
      method,
      headers: {
        Accept: 'application/json',
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      dispatcher: this.#agent,
    });
    const text = await answer.text();
    if (statusCode !== 200)
      throw new EngineRefusal(statusCode, `${statusCode} ${text.split('\n', 1).join('').slice(0, 200)}`);
    return JSON.parse(text) as unknown;
  }
}

function tlsOptions({ serverName, ca, cert, key }: MemberTls = {}): Readonly<Record<string, string>> {
  return {
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(ca === undefined ? {} : { ca: ca.text }),
    ...(cert === undefined ? {} : { cert: cert.text }),
    ...(key === undefined ? {} : { key: key.text }),
  };
}
