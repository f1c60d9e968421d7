import { printable } from '@debrief/shared'
import { SingleBar } from 'cli-progress'
import type { Command } from 'commander'
import { systemClock } from '../clock.ts'
import { loadConfig } from '../config.ts'
import { connectIngestServer } from '../http/ingest-server.ts'
import { collectFiles } from '../push/collect-files.ts'
import { type PushResult, pushFiles } from '../push/push-files.ts'
import { readSettings } from './read-settings.ts'

export function pushCommand(program: Command): void {
  program
    .command('push')
    .description('upload files, or all stats files of folders, once')
    .argument('<file or folder...>')
    .option('--give-up-after <seconds>', 'end if the server takes nothing for this long', Number, 120)
    .action(async (paths: string[], { giveUpAfter }: { giveUpAfter: number }) => {
      if (!(giveUpAfter >= 0)) throw new Error('--give-up-after needs a number of seconds.')
      const config = loadConfig(readSettings(program.opts()).env, { needsSource: false })
      process.exitCode = await push(config, paths, giveUpAfter * 1000)
    })
}

async function push(
  config: ReturnType<typeof loadConfig>,
  paths: string[],
  giveUpMs: number,
): Promise<number> {
  const { files, skipped, problems } = await collectFiles(paths)
  const server = connectIngestServer({
    ingestUrl: config.ingestUrl,
    token: () => config.token,
    caCert: config.caCert,
  })
  const results: PushResult[] = []
  const stop = new AbortController()
  const onInterrupt = () => stop.abort()
  process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt)

  const bar = process.stderr.isTTY ? startBar(files.length) : null
  let trouble: string | null = null
  try {
    await pushFiles(
      {
        server,
        clock: systemClock,
        giveUpMs,
        onResult: result => {
          results.push(result)
          bar?.increment()
        },
        onTrouble: reason => {
          if (reason !== trouble && !bar) process.stderr.write(`${printable(reason)} Trying again.\n`)
          trouble = reason
        },
      },
      files,
      stop.signal,
    )
  } catch (error) {
    if (!stop.signal.aborted) throw error
  } finally {
    bar?.stop()
    process.removeListener('SIGINT', onInterrupt).removeListener('SIGTERM', onInterrupt)
    server.close()
  }

  for (const problem of problems) process.stdout.write(`failed    ${printable(problem)}\n`)
  for (const result of results) {
    if (result.kind !== 'rejected' && result.kind !== 'failed') continue
    process.stdout.write(`${result.kind.padEnd(9)} ${printable(`${result.file.name}: ${result.reason}`)}\n`)
  }
  process.stdout.write(`${summary(results, files.length, skipped, problems.length)}\n`)
  if (stop.signal.aborted) return 130
  return problems.length > 0 || results.some(({ kind }) => kind === 'rejected' || kind === 'failed') ? 1 : 0
}

function summary(results: PushResult[], total: number, skipped: number, problems: number): string {
  const count = (kind: PushResult['kind']) => results.filter(result => result.kind === kind).length
  const parts = [
    `${count('imported')} imported`,
    `${count('already_there')} already there`,
    `${count('ignored')} kept without a round`,
    `${count('rejected')} rejected`,
    `${count('failed') + problems} failed`,
  ]
  if (results.length < total) parts.push(`${total - results.length} not tried`)
  if (skipped > 0) parts.push(`${skipped} other files left out`)
  return `${total} ${total === 1 ? 'file' : 'files'}: ${parts.join(', ')}.`
}

function startBar(total: number): SingleBar {
  const bar = new SingleBar({
    format: '{bar} {value}/{total} files, {eta_formatted} left',
    hideCursor: true,
    stream: process.stderr,
  })
  bar.start(total, 0)
  return bar
}
