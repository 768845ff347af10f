import { call, type Reply } from './http-client.ts';

/** What the attacker was told instead of getting on. */
export class Turned extends Error {
  readonly reply: Reply;

  constructor(reply: Reply) {
    super(`${reply.status} ${reply.reason}`);
    this.reply = reply;
  }
}

/** Somebody with an HTTP client. Gives up at the first 403. */
export class Attacker {
  /** Requests that were answered with anything but a refusal, or not at all. */
  passed = 0;
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  get(query: string): Promise<Reply> {
    return this.#send(query, {});
  }

  postForm(form: string): Promise<Reply> {
    return this.#send('', { body: form, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
  }

  postXml(query: string, body: string): Promise<Reply> {
    return this.#send(query, { body, headers: { 'Content-Type': 'text/xml' } });
  }

  /** Begins a session, perhaps with more than that, and gives its value. */
  async session(more: string = ''): Promise<string> {
    const { text } = await this.get(`command=init${more}`);
    return /<session>(.*)<\/session>/.exec(text)?.[1] ?? '';
  }

  /** Searches and waits for results. */
  async show(session: string): Promise<string> {
    await this.get(`command=search&query=the&session=${session}`);
    return (await this.get(`command=show&block=1&session=${session}`)).text;
  }

  async #send(query: string, options: Parameters<typeof call>[1]): Promise<Reply> {
    const reply = await call(`${this.#url}?${query}`, options);
    if (reply.status === 403) throw new Turned(reply);
    this.passed += 1;
    return reply;
  }
}

/** The name of a setting, and its value, as they stand in a query. */
export function setting(name: string, target: string, value: string): string {
  return `&${encodeURIComponent(`${name}[${target}]`)}=${encodeURIComponent(value)}`;
}
