import type { LogFields, Logger, LogLevel } from './log.ts'

const FIELD_LENGTH_MAX = 2_000

/** Writes one line an entry: readable text, or JSON for machines. Control characters never reach a terminal. */
export function createLogger(format: 'text' | 'json', write: (line: string) => void, least: LogLevel = 'info'): Logger {
  return loggerWith({}, format, write, least)
}

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 }

function loggerWith(base: LogFields, format: 'text' | 'json', write: (line: string) => void, least: LogLevel): Logger {
  return {
    log(level, message, fields) {
      if (RANK[level] < RANK[least]) return
      const entry = { ...base, ...fields }
      write(format === 'json' ? formatJson(level, message, entry) : formatText(level, message, entry))
    },
    with: fields => loggerWith({ ...base, ...fields }, format, write, least),
  }
}

function formatJson(level: LogLevel, message: string, fields: LogFields): string {
  const shown = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plain(value)]))
  return JSON.stringify({ time: new Date().toISOString(), level, message, ...shown })
}

function formatText(level: LogLevel, message: string, fields: LogFields): string {
  const shown = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(plain(value))}`)
  return `${new Date().toISOString().slice(11, 23)} ${level.padEnd(5)} ${message}${shown.join('')}`
}

function plain(value: unknown): unknown {
  const shown = value instanceof Error ? value.message : value
  return typeof shown === 'string' && shown.length > FIELD_LENGTH_MAX ? `${shown.slice(0, FIELD_LENGTH_MAX)}...` : shown
}
