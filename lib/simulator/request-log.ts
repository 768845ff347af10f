/** A request as it came in. */
export interface LoggedRequest {
  /** `command` argument; undefined when there was none or the request was malformed. */
  readonly command: string | undefined;
  /** `session` argument as sent. */
  readonly session: string | undefined;
  /** Request line and headers, raw, one byte a character. */
  readonly head: string;
  readonly body: string;
  /** Length of head and body in bytes. */
  readonly bytes: number;
  /** Whether a command ran, be it with an error as result; false for what was malformed, unknown or left hanging. */
  readonly executed: boolean;
  /** Number of the connection, counted from 1 at the start of the simulator. */
  readonly connection: number;
}

/** The latest requests, oldest first. */
export class RequestLog {
  readonly #limit: number;
  #requests: LoggedRequest[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  get requests(): readonly LoggedRequest[] {
    return this.#limit === 0 ? [] : this.#requests.slice(-this.#limit);
  }

  add(request: LoggedRequest): void {
    if (this.#limit === 0) return;
    this.#requests.push(request);
    if (this.#requests.length >= 2 * this.#limit) this.#requests = this.#requests.slice(-this.#limit);
  }

  clear(): void {
    this.#requests = [];
  }
}
