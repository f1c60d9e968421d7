import { z } from 'zod'

/** A line as pino writes it; what a view does not know stays as it is. */
const lineSchema = z.looseObject({
  level: z.number(),
  time: z.number(),
  msg: z.string().optional(),
  err: z.looseObject({ stack: z.string().optional(), message: z.string().optional() }).optional(),
})

export type LogLine = z.infer<typeof lineSchema>

export interface FileView {
  file: string
  /** Looks at the raw line: the many lines that do not belong here are not parsed. */
  takes(line: string, level: number): boolean
  format(line: LogLine): string
  /** Its lines come with each file of a backlog, and are written together; of others none is lost when we are killed. */
  isGathered?: boolean
}

const ERROR = 50

/** The three log files are views of one stream of structured lines: what a person wants to read, and nothing else. */
export const FILE_VIEWS: FileView[] = [
  {
    file: 'database.log',
    takes: line => line.includes('"component":"import"'),
    format: ({ time, msg = '' }) => `${stamp(time)} ${msg}\n`,
    isGathered: true,
  },
  {
    file: 'bot.log',
    takes: line => line.includes('"component":"discord"'),
    format: ({ level, time, msg = '', err }) =>
      `${stamp(time)} ${levelName(level)} ${msg}${err?.message ? ` (${err.message})` : ''}\n`,
  },
  {
    file: 'errors.log',
    takes: (_line, level) => level >= ERROR,
    format: ({ level, time, pid: _pid, hostname: _hostname, msg = '', err, ...facts }) =>
      `${stamp(time)} ${levelName(level)} ${msg} ${JSON.stringify(facts)}\n${err?.stack ? `${err.stack}\n` : ''}`,
  },
]

export function readLine(line: string): LogLine | null {
  try {
    return lineSchema.parse(JSON.parse(line))
  } catch {
    return null
  }
}

function stamp(time: number): string {
  return new Date(time).toISOString()
}

function levelName(level: number): string {
  if (level >= 60) return 'FATAL'
  if (level >= ERROR) return 'ERROR'
  if (level >= 40) return 'WARN'
  return level >= 30 ? 'INFO' : 'DEBUG'
}
