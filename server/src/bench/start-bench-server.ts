import type { Logger } from 'pino'
import { loadConfig } from '../config.ts'
import { SAMPLE_ZONE } from '../sample/sample-files.ts'
import { type RunningServer, startServer } from '../start-server.ts'

/** Of the one game server that the cases in this process send for. */
export const TOKEN = 'dbf_benchmark_token_that_guards_nothing_at_all_00'

/** The whole server in this process, on a free port. `env`: further settings. */
export function startBenchServer(
  databaseUrl: string,
  log: Logger,
  env: Record<string, string> = {},
): Promise<RunningServer> {
  const ingest = { token: TOKEN, serverName: 'bench', timezone: SAMPLE_ZONE }
  return startServer({ config: { ...loadConfig(env), databaseUrl, port: 0, ingest }, log })
}
