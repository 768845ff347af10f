import type { Logger } from '../../lib/observability/logger.ts';

/** A line that was logged. */
export interface LogLine {
  readonly level: keyof Logger;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A logger that keeps its lines. */
export function collectingLogger(): { readonly logger: Logger; readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const to = (level: keyof Logger) => (fields: object, message: string) =>
    void lines.push({ level, message, fields: { ...fields } });
  return { logger: { debug: to('debug'), info: to('info'), warn: to('warn'), error: to('error') }, lines };
}
