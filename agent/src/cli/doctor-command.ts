import type { Command } from 'commander'
import { type AgentConfig, ConfigError, loadConfig } from '../config.ts'
import { type Finding, failed, ok, warning } from '../doctor/check.ts'
import { checkDisk, checkFolder } from '../doctor/check-folder.ts'
import { checkServer } from '../doctor/check-server.ts'
import { connectIngestServer } from '../http/ingest-server.ts'
import { isRunning, readStatus } from '../report/status-file.ts'
import { folderSource } from '../source/folder.ts'
import { VERSION } from '../version.ts'
import { readSettings } from './read-settings.ts'

export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description(
      'look for what may be wrong, with advice: settings, folder, network, TLS, token, clock, disk',
    )
    .option('--json', 'for programs')
    .action(async ({ json }: { json?: boolean }) => {
      const findings = await examine(readSettings(program.opts()).env)
      process.stdout.write(json ? `${JSON.stringify(findings, null, 2)}\n` : findings.map(toText).join(''))
      process.exitCode = findings.some(({ state }) => state === 'failed') ? 1 : 0
    })
}

async function examine(env: Record<string, string | undefined>): Promise<Finding[]> {
  const findings: Finding[] = [ok('program', `debrief-agent ${VERSION} on Node ${process.versions.node}.`)]
  let config: AgentConfig
  try {
    config = loadConfig(env)
    findings.push(ok('settings', 'They are complete.'))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const advice =
      'Correct the settings (an installed agent: /etc/debrief-agent/agent.env, readable by root only).'
    return [...findings, ...error.problems.map(problem => failed('settings', problem, advice))]
  }
  const { signal } = new AbortController()
  if (config.folder)
    findings.push(...(await checkFolder(folderSource(config.folder.dir), config.folder.dir, signal)))
  if (config.ssh) findings.push(await checkSsh(config.ssh, signal))
  findings.push(await checkDisk(config.stateDir))
  const server = connectIngestServer({
    ingestUrl: config.ingestUrl,
    token: () => config.token,
    caCert: config.caCert,
  })
  try {
    findings.push(...(await checkServer(config, server, signal)))
  } finally {
    server.close()
  }
  findings.push(await checkService(config.stateDir))
  return findings
}

async function checkSsh(config: NonNullable<AgentConfig['ssh']>, signal: AbortSignal): Promise<Finding> {
  const { sftpSource } = await import('../source/sftp.ts')
  const source = sftpSource(config)
  try {
    const { entries } = await source.list(signal)
    return ok('SSH', `${source.place} holds ${entries.length} stats files.`)
  } catch (error) {
    const advice = 'Try the same by hand: sftp -i <SSH_KEY> -P <SSH_PORT> <SSH_USER>@<SSH_HOST>.'
    return failed('SSH', error instanceof Error ? error.message : String(error), advice)
  } finally {
    await source.close()
  }
}

async function checkService(stateDir: string): Promise<Finding> {
  const status = await readStatus(stateDir).catch(() => 'unreadable' as const)
  if (status === 'unreadable')
    return warning('service', `The notes in ${stateDir} cannot be read.`, 'Run this as root.')
  if (!status || !isRunning(status)) {
    return warning(
      'service',
      'No agent is running with these settings.',
      'Start it: systemctl start debrief-agent, or `debrief-agent run`.',
    )
  }
  const waiting = status.sources.reduce((sum, source) => sum + source.waitingCount, 0)
  return ok('service', `It runs as process ${status.pid}; ${waiting} files wait.`)
}

const MARKS = { ok: 'ok     ', warning: 'WARNING', failed: 'FAILED ' } as const

function toText({ what, state, detail, advice }: Finding): string {
  return `${MARKS[state]} ${what}: ${detail}\n${advice ? `        ${advice}\n` : ''}`
}
