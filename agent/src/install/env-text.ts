import { SETTING_NAMES } from '../config.ts'
import { formatEnvValue } from '../env-file.ts'
import { STATE_DIR } from './paths.ts'

/** The settings in use, as the service's environment file. */
export function envText(env: Record<string, string | undefined>): string {
  const lines = ['# The settings of the Debrief agent. After a change: systemctl restart debrief-agent']
  for (const name of SETTING_NAMES) {
    const value = env[name]
    if (value && name !== 'STATE_DIR') lines.push(`${name}=${formatEnvValue(value)}`)
  }
  lines.push(`STATE_DIR=${STATE_DIR}`)
  return `${lines.join('\n')}\n`
}
