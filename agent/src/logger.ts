import { fstatSync } from 'node:fs'
import { printable, printableJson } from '@debrief/shared'
import pino, { type Logger } from 'pino'

/**
 * To standard error: a readable line for a person's terminal and for journald, which keeps the time itself and learns
 * the level from the mark before the line; JSON for everything else. Synchronous, as the lines are few and the last
 * one before a crash is the one that matters.
 */
export function createLogger(level: string, env: Record<string, string | undefined> = process.env): Logger {
  const options = {
    level,
    base: null,
    redact: ['token', '*.token', 'headers.authorization', 'authorization'],
  }
  const write = (form: (line: string) => string) => ({
    write: (line: string) => void process.stderr.write(form(line)),
  })
  if (isJournal(env.JOURNAL_STREAM)) return pino(options, write(toJournal))
  if (process.stderr.isTTY) return pino(options, write(toTerminal))
  return pino(
    { ...options, hooks: { streamWrite: printableJson } },
    pino.destination({ dest: 2, sync: true }),
  )
}

/** systemd names the device and inode of the stream that it made: only if standard error still is that one. */
function isJournal(stream: string | undefined): boolean {
  if (!stream) return false
  const { dev, ino } = fstatSync(2)
  return stream === `${dev}:${ino}`
}

/** pino's number: what a person reads, and the priority of syslog (RFC 5424) that journald filters by. */
const LEVELS: Record<number, { word: string; priority: number }> = {
  10: { word: 'trace', priority: 7 },
  20: { word: 'debug', priority: 7 },
  30: { word: 'info', priority: 6 },
  40: { word: 'WARN', priority: 4 },
  50: { word: 'ERROR', priority: 3 },
  60: { word: 'FATAL', priority: 2 },
}

export function toJournal(line: string): string {
  const { level, sentence } = read(line)
  return `<${level.priority}>${sentence}\n`
}

function toTerminal(line: string): string {
  const { level, time, sentence } = read(line)
  return `${time.toTimeString().slice(0, 8)} ${level.word} ${sentence}\n`
}

function read(line: string): { level: { word: string; priority: number }; time: Date; sentence: string } {
  const { level, time, msg, ...facts }: Record<string, unknown> = JSON.parse(line)
  const rest = Object.entries(facts).map(([key, value]) => `${key}=${shorten(key, value)}`)
  return {
    level: LEVELS[Number(level)] ?? { word: String(level), priority: 6 },
    time: new Date(Number(time)),
    // One line, whatever the names and reasons of others hold: a stack's line ends, too.
    sentence: printable([String(msg), ...rest].join(' ')),
  }
}

function shorten(key: string, value: unknown): string {
  if (key === 'sha256') return String(value).slice(0, 12)
  return typeof value === 'string' ? value : JSON.stringify(value)
}
