import type { Command } from 'commander'
import { loadConfig } from '../config.ts'
import { createLogger } from '../logger.ts'
import { runAgent } from '../run-agent.ts'
import { readSettings } from './read-settings.ts'

/** EX_TEMPFAIL: a fresh start may help, and systemd makes one. */
const EXIT_RESTART = 75

const LAST_MOMENT_MS = 4_800

export function runCommand(program: Command): void {
  program
    .command('run')
    .description('watch the folder and upload what appears, until it is stopped (SIGTERM, Ctrl-C)')
    .option('--linked', 'as a service: start anew when it is quiet, to see where a link in the path leads')
    .action(async ({ linked = false }: { linked?: boolean }) => {
      const { env, envFile } = readSettings(program.opts())
      const config = loadConfig(env)
      const log = createLogger(config.logLevel)
      const stop = new AbortController()
      const end = () => {
        stop.abort()
        // A disk that hangs can hold up even this; nothing is lost by leaving.
        setTimeout(() => process.exit(0), LAST_MOMENT_MS).unref()
      }
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end())
      process.on('uncaughtException', error => {
        log.fatal(
          { problem: error.message, stack: error.stack },
          'a bug in the agent; it ends and is started anew',
        )
        process.exit(1)
      })
      const result = await runAgent(config, { log, signal: stop.signal, env, envFile, isLinked: linked })
      // Not by itself: a socket that lingers must not hold up a stop.
      process.exit(result.kind === 'restart' ? EXIT_RESTART : 0)
    })
}
