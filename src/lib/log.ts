export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type LogFields = Readonly<Record<string, unknown>>

/**
 * A log line is a constant message plus fields. An error is logged once, where it is handled.
 * Never put a secret value, a token or a manifest's content into a field.
 */
export interface Logger {
  log(level: LogLevel, message: string, fields?: LogFields): void
  /** A logger that adds `fields` to each line. */
  with(fields: LogFields): Logger
}

export const silentLogger: Logger = {
  log: () => {},
  with: () => silentLogger,
}
