import { type Finding, failed, ok, warning } from '@debrief/shared'
import { type AgentConfig, ConfigError, loadConfig, type SshConfig } from '../config.ts'
import { connectIngestServer } from '../http/ingest-server.ts'
import { folderSource } from '../source/folder.ts'
import { VERSION } from '../version.ts'
import { checkFolder } from './check-folder.ts'
import { checkServer } from './check-server.ts'

/** Everything that the agent needs, seen as this very process: program, settings, folder or SSH login, server, token. */
export async function examine(env: Record<string, string | undefined>): Promise<Finding[]> {
  const findings = [checkNode()]
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
  return findings
}

/** What the tests run on; older ones of the same first number are likely to do. */
const TESTED_NODE = [20, 19] as const

function checkNode(): Finding {
  const detail = `debrief-agent ${VERSION} on Node ${process.versions.node} (${process.execPath}).`
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const isOlder = major < TESTED_NODE[0] || (major === TESTED_NODE[0] && minor < TESTED_NODE[1])
  return isOlder
    ? warning(
        'program',
        detail,
        `It is made for Node ${TESTED_NODE.join('.')} or newer: https://nodejs.org/en/download`,
      )
    : ok('program', detail)
}

async function checkSsh(config: SshConfig, signal: AbortSignal): Promise<Finding> {
  const { sftpSource } = await import('../source/sftp.ts')
  const source = sftpSource(config)
  try {
    const { entries } = await source.list(signal)
    return ok('SSH', `The login works; ${source.place} holds ${entries.length} stats files.`)
  } catch (error) {
    const advice = `Try the same by hand: sftp -i <SSH_KEY> -P ${config.port} ${config.user}@${config.host}.`
    return failed('SSH', error instanceof Error ? error.message : String(error), advice)
  } finally {
    await source.close()
  }
}
