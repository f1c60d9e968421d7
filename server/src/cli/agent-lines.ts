import { agentProgram } from '@debrief/agent/program'
import { AGENT_ROUTES, agentDownloadLine, agentInstallLine } from '@debrief/shared'
import type { Config } from '../config.ts'

/** What to do with a new token: the two lines for the game server. */
export async function agentLines(
  config: Pick<Config, 'publicUrl' | 'tls' | 'host' | 'port'>,
  loadProgram = agentProgram,
): Promise<string> {
  const server = config.publicUrl ?? ownAddress(config)
  const lines = ['', 'On the game server (Linux with systemd, Node 20 or newer; it asks for the token):', '']
  try {
    const { sha256 } = await loadProgram()
    lines.push(`  ${agentDownloadLine(server, sha256)}`, `  ${agentInstallLine(server)}`, '')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    lines.push(`  The agent is not built, and building it failed: ${reason}`, '')
  }
  if (config.publicUrl === null) {
    lines.push(
      `PUBLIC_URL is not set, so these lines have this machine's own address. On another host, put there the address`,
      'at which it reaches this server; with PUBLIC_URL set, they have the right one by themselves.',
    )
  }
  lines.push(`The same with every step: ${server}${AGENT_ROUTES.page}`, '')
  return `${lines.join('\n')}\n`
}

/** "All addresses" is none that a program can call. */
function ownAddress({ tls, host, port }: Pick<Config, 'tls' | 'host' | 'port'>): string {
  const name = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `${tls ? 'https' : 'http'}://${name}:${port}`
}
