import { once } from 'node:events'
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startAgent } from '@debrief/agent'
import { type Receipt, readFileName, type Stamp } from '@debrief/shared'
import type { Config } from '../config.ts'
import { stampTime } from '../derive/stamp-time.ts'
import { createToken } from '../game-servers/tokens/create-token.ts'
import { createLogger, type Logger } from '../log/logger.ts'
import { loadSessionReport } from '../report/load-session-report.ts'
import { textReport } from '../report/text-report.ts'
import { writeReport } from '../report-files/write-report.ts'
import { SAMPLE_ZONE, type SampleFile, sampleFiles } from '../sample/sample-files.ts'
import { type RunningServer, startServer } from '../start-server.ts'
import { type FileStory, watchFiles } from './watch-files.ts'

interface Options {
  config: Config
  print: (line: string) => void
  /** Until the signal; else the demo ends after the report. */
  stayUp: boolean
  signal: AbortSignal
}

/** A game writes its next file when a round is over; nobody wants to wait that long. */
const PAUSE_MS = 150

/**
 * The main job on real parts: a real folder, the real agent, real HTTP and a real database of its own, which goes when
 * the demo ends. The report stays in `<DATA_DIR>/demo`.
 */
export async function runDemo({ config, print, stayUp, signal }: Options): Promise<void> {
  const reportDir = join(config.dataDir, 'demo')
  await mkdir(reportDir, { recursive: true })
  const workDir = await mkdtemp(join(reportDir, 'evening-'))
  const { log, close: closeLog } = createLogger({ logDir: join(reportDir, 'logs'), level: 'silent' })
  let server: RunningServer | undefined
  try {
    print('Starting a database, the ingest API and an agent …')
    server = await startOnFreePort(demoConfig(config, workDir), log)
    const files = sampleFiles()
    print(`\nServer on ${server.url}. The agent watches ${join(workDir, 'gamestats')}.`)
    print('The sample: a game night, written by the real server scripts over simulated fights.\n')
    await playEvening({ server, workDir, log, signal, print }, files)
    await report({ server, reportDir, log, print })
    if (stayUp && !signal.aborted) {
      print('\nStaying up for you to look around. Ctrl-C ends the demo.')
      await once(signal, 'abort')
    }
  } finally {
    await server?.close()
    await closeLog()
    await rm(workDir, { recursive: true, force: true })
  }
}

/** The person's own settings for host and port, but a database, a token and a Discord (none) of the demo's own. */
function demoConfig(config: Config, workDir: string): Config {
  return {
    ...config,
    databaseUrl: null,
    dataDir: workDir,
    ingest: null,
    discord: { ...config.discord, token: null },
  }
}

/** Somebody's web server may have the usual port; the demo takes any then. */
async function startOnFreePort(config: Config, log: Logger): Promise<RunningServer> {
  try {
    return await startServer({ config, log })
  } catch (error) {
    if (!isPortTaken(error)) throw error
    return startServer({ config: { ...config, port: 0 }, log })
  }
}

function isPortTaken(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && error.code === 'EADDRINUSE') || isPortTaken(error.cause)
}

interface Stage {
  server: RunningServer
  workDir: string
  log: Logger
  signal: AbortSignal
  print: (line: string) => void
}

async function playEvening(
  { server, workDir, log, signal, print }: Stage,
  files: readonly SampleFile[],
): Promise<void> {
  const dir = join(workDir, 'gamestats')
  await mkdir(dir)
  const { token } = await createToken(server.database.db, {
    serverName: 'sample evening, simulated fights',
    timezone: SAMPLE_ZONE,
  })
  const watched = watchFiles()
  const agent = startAgent(
    {
      ...{ ingestUrl: new URL(server.url), token, tokenFile: null, caCert: null, scanSeconds: 60 },
      ...{ stateDir: join(workDir, 'agent'), logLevel: 'silent', folder: { dir }, ssh: null },
    },
    { log, signal, onEvent: watched.onEvent },
  )
  try {
    const stories: FileStory[] = []
    for (const { name, content } of files) {
      if (signal.aborted) return
      await writeAsTheGame(join(dir, name), content)
      const story = await Promise.race([watched.closed(name), agent.done.then(ended)])
      stories.push(story)
      print(fileLine(story))
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined)
    }
    print(`\n${summary(stories)}`)
  } finally {
    await agent.stop()
  }
}

/** Opened, written and closed in place; with the modification time of that night, as a file keeps it for years. */
async function writeAsTheGame(path: string, content: Buffer): Promise<void> {
  const { earlier: writtenAt } = stampTime(stampOf(path), SAMPLE_ZONE)
  const file = await open(path, 'w')
  try {
    await file.writeFile(content)
    await file.utimes(writtenAt, writtenAt)
  } finally {
    await file.close()
  }
}

function stampOf(path: string): Stamp {
  const verdict = readFileName(basename(path))
  if (verdict.kind !== 'round') throw new Error(`${path} is not named as the game names its files.`)
  return verdict.stamp
}

function ended(): never {
  throw new Error('the agent ended before the evening was over.')
}

function fileLine({ name, receipt, settledMs, deliveredMs }: FileStory): string {
  const times = `settled ${settledMs} ms, imported ${receipt.tookMs} ms, visible after ${deliveredMs} ms`
  return `${mark(receipt)} ${name.padEnd(46)} ${what(receipt).padEnd(46)} ${times}`
}

function mark({ status }: Receipt): string {
  return status === 'imported' ? '✓' : '–'
}

function what({ round, warnings, problem }: Receipt): string {
  if (!round) return problem?.detail ?? 'no round'
  const counted = `session ${round.gamingSessionId}: ${round.players} players, ${round.weapons} weapons`
  return warnings.length === 0 ? counted : `${counted}, ${warnings.map(({ code }) => code).join(', ')}`
}

function summary(stories: readonly FileStory[]): string {
  const times = stories.map(story => story.deliveredMs).sort((a, b) => a - b)
  const median = times[Math.floor(times.length / 2)] ?? 0
  return `${stories.length} files. From the close of a file to its rows: median ${median} ms, worst ${times.at(-1) ?? 0} ms.`
}

async function report({
  server,
  reportDir,
  log,
  print,
}: Pick<Stage, 'server' | 'log' | 'print'> & { reportDir: string }): Promise<void> {
  const session = await loadSessionReport(server.database.db, 'latest')
  if (!session) throw new Error('no round was counted.')
  print(`\n${textReport(session)}`)
  const written = await writeReport({ log, publicUrl: server.url }, session, reportDir)
  print(`\nThe page      ${server.url}/sessions/latest`)
  print(`The JSON      ${server.url}/api/v1/sessions/latest`)
  print(`Cards, pictures and text: ${written.join(', ')} in ${reportDir}`)
}
