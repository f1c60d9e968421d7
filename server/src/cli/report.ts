import { join, resolve } from 'node:path'
import type { Kysely } from 'kysely'
import type { Config } from '../config.ts'
import type { DB } from '../db/tables.ts'
import type { Logger } from '../log/logger.ts'
import { loadSessionReport } from '../report/load-session-report.ts'
import { textReport } from '../report/text-report.ts'
import { writeReport } from '../report-files/write-report.ts'

interface Context {
  db: Kysely<DB>
  log: Logger
  config: Pick<Config, 'dataDir' | 'publicUrl'>
}

interface Options {
  session: number | 'latest'
  /** Where the files go; by default `report` in the data folder. */
  out?: string | undefined
}

/** Prints a session's report, and writes all its forms to a folder. Throws where there is no such session. */
export async function report({ db, log, config }: Context, { session, out }: Options): Promise<void> {
  const found = await loadSessionReport(db, session)
  if (!found) {
    throw new Error(
      session === 'latest'
        ? 'There is no session yet: no round was counted. `debrief-agent push <folder>` uploads what is there.'
        : `There is no session ${session}. Sessions are numbered from 1; \`debrief report\` alone shows the newest.`,
    )
  }
  const dir = out === undefined ? join(config.dataDir, 'report') : resolve(out)
  const files = await writeReport({ log, publicUrl: config.publicUrl }, found, dir)
  process.stdout.write(`${textReport(found)}\n`)
  process.stderr.write(`Written to ${dir}: ${files.join(', ')}\n`)
}
