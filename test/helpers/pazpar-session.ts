/** A client's session with the Pazpar2 behind a URL. */
export class PazparSession {
  /** As `init` gave it. */
  readonly value: string;
  readonly #endpoint: string;

  /** A session that was begun elsewhere. */
  constructor(endpoint: string, value: string) {
    this.#endpoint = endpoint;
    this.value = value;
  }

  /** @throws when the answer to `init` is none */
  static async begin(endpoint: string): Promise<PazparSession> {
    const response = await fetch(`${endpoint}?command=init`);
    const text = await response.text();
    const value = /<session>(.+?)<\/session>/.exec(text)?.[1];
    if (value === undefined) throw new Error(`init: ${response.status} ${text}`);
    return new PazparSession(endpoint, value);
  }

  /** The route in the value; empty where there is none. */
  get route(): string {
    return this.value.split('.')[1] ?? '';
  }

  /** Sends a command with arguments such as `&query=x`. Resolves with the status when the reply is complete. */
  async send(command: string, more: string = '', init: RequestInit = {}): Promise<number> {
    const url = `${this.#endpoint}?command=${command}&session=${this.value}${more}`;
    const response = await fetch(url, init);
    await response.arrayBuffer();
    return response.status;
  }
}
