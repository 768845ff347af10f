/** A request that the engine does not carry out. The message is the one line of the answer; nothing was changed. */
export class EngineError extends Error {
  readonly code = 'ERR_STATISTICS_REQUEST';
  /** Status of the answer: 4xx for what the sender did wrong, 503 for a farm that has nobody. */
  readonly status: number;
  /** Headers that the answer carries. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'EngineError';
    this.status = status;
    this.headers = headers;
  }
}

/** What a sender wrote, as a message shows it: short, and on one line. */
export function quoted(text: string): string {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return JSON.stringify(shown);
}
