import type { MemberTls } from '../../cluster/member-tls.ts';
import { STATISTICS_DEFAULTS } from '../../config/defaults.ts';
import { EngineClient } from '../../gateway/engine-client.ts';

/** Takes figures: an engine, or whatever stands for one. */
export interface FigureSink {
  readonly url: string;
  /** @throws Error that says in one line why the figures were not taken */
  push(host: string, figures: Readonly<Record<string, number>>): Promise<void>;
  close(): Promise<void>;
}

/** How an engine is reached. */
export interface EngineAccess {
  /** What `Authorization: Bearer` carries; none when undefined. */
  readonly token: string | undefined;
  /** Authorities besides which no other is believed; those of the system when undefined. */
  readonly tls: MemberTls | undefined;
}

/** One statistics engine to which figures are pushed. */
export class EngineSink implements FigureSink {
  /** The engine's own path, without what is behind it. */
  readonly url: string;
  readonly #client: EngineClient;

  /** @param url of the engine; without a path it is at its usual one */
  constructor(url: string, { token, tls }: EngineAccess) {
    this.url = engineUrl(url);
    this.#client = new EngineClient({ url: this.url, token, tls });
  }

  async push(host: string, figures: Readonly<Record<string, number>>): Promise<void> {
    await this.#client.post('update/phys', { h: host, ...figures });
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

function engineUrl(text: string): string {
  const url = new URL(text);
  return url.pathname === '/' ? url.origin + STATISTICS_DEFAULTS.path : text.replace(/\/+$/, '');
}
