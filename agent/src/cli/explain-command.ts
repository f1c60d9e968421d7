import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { printable, printableJson } from '@debrief/shared'
import type { Command } from 'commander'
import { systemClock } from '../clock.ts'
import { type AgentConfig, loadConfig } from '../config.ts'
import { connectIngestServer } from '../http/ingest-server.ts'
import { explainFile } from '../report/explain-file.ts'
import { HISTORY_FILE, parseHistory } from '../report/history.ts'
import { isRunning } from '../report/status-file.ts'
import { folderSource } from '../source/folder.ts'
import type { FileSource } from '../source/source.ts'
import { readSettings, stateDirOf } from './read-settings.ts'
import { readStatusOrThrow } from './status-command.ts'

export function explainCommand(program: Command): void {
  program
    .command('explain')
    .description('the whole story of one file: seen, sent, what the server said, and what to do')
    .argument('<file>', 'its name; the folder is that of the settings')
    .option('--json', 'for programs')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const settings = readSettings(program.opts())
      const config = loadConfig(settings.env)
      const stateDir = stateDirOf(settings)
      const source = await sourceOf(config)
      if (!source) throw new Error('There is no folder in the settings.')
      const server = connectIngestServer({
        ingestUrl: config.ingestUrl,
        token: () => config.token,
        caCert: config.caCert,
      })
      try {
        const status = await readStatusOrThrow(stateDir)
        const records = parseHistory(await readFile(join(stateDir, HISTORY_FILE), 'utf8').catch(() => ''))
        const history = { latest: (name: string) => records.find(record => record.name === name) }
        const context = {
          source,
          server,
          clock: systemClock,
          status: status && isRunning(status) ? status : null,
          history,
        }
        const explanation = await explainFile(context, file, new AbortController().signal)
        if (json) process.stdout.write(`${printableJson(JSON.stringify(explanation, null, 2))}\n`)
        else {
          const advice = explanation.advice ? [`What to do: ${explanation.advice}`] : []
          process.stdout.write(
            `${[TITLES[explanation.verdict], ...explanation.lines, ...advice].map(printable).join('\n  ')}\n`,
          )
        }
      } finally {
        await source.close()
        server.close()
      }
    })
}

async function sourceOf({ folder, ssh }: AgentConfig): Promise<FileSource | null> {
  if (folder) return folderSource(folder.dir)
  if (!ssh) return null
  const { sftpSource } = await import('../source/sftp.ts')
  return sftpSource(ssh)
}

const TITLES = {
  delivered: 'delivered',
  duplicate: 'delivered (duplicate: the server had it already)',
  ignored: 'delivered, but it makes no round',
  rejected: 'rejected',
  waiting: 'waiting',
  growing: 'still growing',
  not_a_stats_file: 'not a stats file',
  too_large: 'too large',
  unknown: 'unknown',
} as const
