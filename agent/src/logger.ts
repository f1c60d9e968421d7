import pino, { type Logger } from 'pino'

/**
 * To standard error: JSON for a pipe or journald, a readable line for a person's terminal. Synchronous, as the lines
 * are few and the last one before a crash is the one that matters.
 */
export function createLogger(level: string): Logger {
  const options = {
    level,
    base: null,
    redact: ['token', '*.token', 'headers.authorization', 'authorization'],
  }
  if (process.stderr.isTTY)
    return pino(options, { write: line => void process.stderr.write(toReadable(line)) })
  return pino(options, pino.destination({ dest: 2, sync: true }))
}

const LEVELS: Record<number, string> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
}

function toReadable(line: string): string {
  const { level, time, msg, ...facts }: Record<string, unknown> = JSON.parse(line)
  const clock = new Date(Number(time)).toTimeString().slice(0, 8)
  const rest = Object.entries(facts).map(([key, value]) => `${key}=${shorten(key, value)}`)
  return `${clock} ${LEVELS[Number(level)] ?? level} ${msg} ${rest.join(' ')}\n`
}

function shorten(key: string, value: unknown): string {
  if (key === 'sha256') return String(value).slice(0, 12)
  return typeof value === 'string' ? value : JSON.stringify(value)
}
