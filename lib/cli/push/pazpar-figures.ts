import { Client } from 'undici';
import { parseMemberUrl } from '../../forward/member-url.ts';
import { figuresIn, INFO_LIMIT } from '../../gateway/pazpar-figures.ts';
import type { FigureSource, SourcedFigures } from './figure-source.ts';

const TIMEOUT_MS = 5000;

/** What a Pazpar2 says of itself by `info`: sessions in its memory, and clients, which are its connections to targets. */
export class PazparFigures implements FigureSource {
  readonly #url: string;

  /** @param url as a member's */
  constructor(url: string) {
    this.#url = url;
  }

  async read(): Promise<SourcedFigures> {
    try {
      const figures = figuresIn(await this.#beginning());
      if (figures !== undefined) return { figures: { ...figures } };
      return { figures: {}, problem: `${this.#url} answers info without counts; is it a Pazpar2?` };
    } catch (error) {
      return { figures: {}, problem: `${this.#url} does not answer info: ${String(error)}` };
    }
  }

  /** Of a long list of targets nothing is wanted but what stands before it. */
  async #beginning(): Promise<string> {
    const { origin, path, socketPath } = parseMemberUrl(this.#url);
    const client = new Client(origin, {
      ...(socketPath === undefined ? {} : { socketPath }),
      connectTimeout: TIMEOUT_MS,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
    try {
      const { body } = await client.request({ method: 'GET', path: `${path}?command=info`, reset: true });
      let text = '';
      for await (const chunk of body) {
        text += Buffer.from(chunk).toString('latin1');
        if (text.length >= INFO_LIMIT) break;
      }
      return text;
    } finally {
      await client.destroy();
    }
  }
}
