import { join } from 'node:path'
import { printable, printableJson } from '@debrief/shared'
import { type Level, type Logger, multistream, pino } from 'pino'
import { FILE_VIEWS, type FileView, readLine } from './file-views.ts'
import { rotatingFile } from './rotating-file.ts'

export type { Logger }

export interface Log {
  log: Logger
  /** Writes out what is waiting, for at most a second: a log that cannot be written must not keep us from ending. */
  close(): Promise<void>
}

interface Options {
  /** null: no files. */
  logDir: string | null
  /** Of standard output; the files always hold `info` and above. */
  level: Level | 'silent'
  /** Commands keep standard output for their results. */
  toStderr?: boolean
  maxFileBytes?: number
}

/** 10 MB and five older ones: about 70 000 imports a file, years of game nights. */
const MAX_FILE_BYTES = 10 * 1_048_576
const OLDER_FILES = 5
/** A reader of our output that has stopped reading costs lines, not memory. */
const MAX_WAITING_OUTPUT = 4 * 1_048_576

/**
 * To open, stat, write and close a file takes a quarter of a millisecond on the thread that imports. Who looks into the
 * log does not notice this pause; standard output has each line at once.
 */
const GATHER_MS = 100

const MAX_CLOSING_MS = 1_000

/** One logger: JSON lines on standard output, and three files for people. No log that fails stops anything. */
export function createLogger({
  logDir,
  level,
  toStderr = false,
  maxFileBytes = MAX_FILE_BYTES,
}: Options): Log {
  const output = pino.destination({
    dest: toStderr ? 2 : 1,
    // Synchronous writes would stop the whole server when nobody empties the pipe.
    sync: false,
    // Each line at once, as 0 would; but with 0, `flush` does not wait for the write.
    minLength: 1,
    maxLength: MAX_WAITING_OUTPUT,
  })
  // Closed pipe, full disk: standard output is gone, the work goes on.
  output.on('error', () => undefined)

  const files = logDir === null ? [] : FILE_VIEWS.map(view => openView(view, logDir, maxFileBytes, () => log))
  const log: Logger = pino(
    {
      level: logDir === null || isFiner(level) ? level : 'info',
      serializers: { err: withoutRows },
      // Who reads standard output in a terminal sees names that others chose.
      hooks: { streamWrite: printableJson },
      redact: {
        paths: SECRETS.flatMap(name => [name, `*.${name}`, `*.*.${name}`]),
        censor: '[redacted]',
      },
    },
    multistream([
      { stream: output, level: level === 'silent' ? Number.POSITIVE_INFINITY : level },
      ...files.map(({ stream }) => ({ stream, level: 'info' as const })),
    ] as Parameters<typeof multistream>[0]),
  )

  return {
    log,
    async close() {
      const flushed = new Promise<void>(resolve => {
        output.flush(() => resolve())
      })
      const written = Promise.all([flushed, ...files.map(({ file }) => file.settled())]).then(() => true)
      const tooLate = new Promise<false>(resolve => setTimeout(() => resolve(false), MAX_CLOSING_MS).unref())
      // Nobody reads our output: process.exit() would wait for that write for ever. Only this ends it.
      if (!(await Promise.race([written, tooLate])))
        process.prependOnceListener('exit', () => process.kill(process.pid, 'SIGKILL'))
    },
  }
}

/** PostgreSQL quotes the offending row in `detail`, and with it the content of somebody's file. */
function withoutRows(error: Error): object {
  const { detail: _row, ...facts } = pino.stdSerializers.err(error)
  return facts
}

const SECRETS = ['authorization', 'token', 'password', 'INGEST_TOKEN', 'DISCORD_TOKEN']

function isFiner(level: Level | 'silent'): boolean {
  return level === 'trace' || level === 'debug'
}

function openView(view: FileView, logDir: string, maxBytes: number, log: () => Logger) {
  const path = join(logDir, view.file)
  const file = rotatingFile({
    path,
    maxBytes,
    keep: OLDER_FILES,
    gatherMs: view.isGathered ? GATHER_MS : 0,
    // As a warning, so that it does not land in errors.log: that file may be the one that cannot be written.
    onFault: err => log().warn({ err, path }, 'The log file cannot be written; the work goes on without it'),
    onRecovery: lostLines => log().warn({ path, lostLines }, 'The log file can be written again'),
  })
  const stream = {
    // pino hands the level of each line to streams that carry this mark.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string) {
      if (!view.takes(line, this.lastLevel)) return
      const read = readLine(line)
      // A stack has lines of its own.
      if (read) file.write(view.format(read).split('\n').map(printable).join('\n'))
    },
  }
  return { file, stream }
}
