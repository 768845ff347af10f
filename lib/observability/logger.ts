/** What the balancer logs to. pino fits, so does anything with the methods `debug`, `info`, `warn` and `error`. */
export interface Logger {
  /** As `info`, for the line that every request takes: all fields are texts and numbers. Left out, `info` gets these lines. */
  access?(fields: object, message: string): void;
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Logs nothing: the default of a library that others embed. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
