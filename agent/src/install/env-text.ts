import { formatEnvValue } from '../env-file.ts'
import { STATE_DIR } from './paths.ts'

const NAMES = [
  ...[
    'INGEST_URL',
    'INGEST_TOKEN',
    'INGEST_TOKEN_FILE',
    'GAMESTATS_DIR',
    'CA_CERT',
    'SCAN_SECONDS',
    'LOG_LEVEL',
  ],
  ...[
    'SSH_HOST',
    'SSH_PORT',
    'SSH_USER',
    'SSH_KEY',
    'SSH_HOST_KEY_SHA256',
    'SSH_GAMESTATS_DIR',
    'SSH_POLL_SECONDS',
  ],
]

/** The settings in use, as the service's environment file. */
export function envText(env: Record<string, string | undefined>): string {
  const lines = ['# The settings of the Debrief agent. After a change: systemctl restart debrief-agent']
  for (const name of NAMES) {
    const value = env[name]
    if (value) lines.push(`${name}=${formatEnvValue(value)}`)
  }
  lines.push(`STATE_DIR=${STATE_DIR}`)
  return `${lines.join('\n')}\n`
}
