import { type Finding, findingText, printableJson, warning } from '@debrief/shared'
import type { Command } from 'commander'
import { SETTING_NAMES } from '../config.ts'
import { checkDisk } from '../doctor/check-folder.ts'
import { checkService } from '../doctor/check-service.ts'
import { examine } from '../doctor/examine.ts'
import { withAbsolutePaths } from '../install/credentials.ts'
import { envText } from '../install/env-text.ts'
import { ENV_FILE, PROGRAM_FILE, UNIT_NAME } from '../install/paths.ts'
import { runInSandbox, systemctl } from '../install/run-in-sandbox.ts'
import {
  isAboutService,
  isClosedToUs,
  readInstalled,
  readSettings,
  type Settings,
  stateDirOf,
} from './read-settings.ts'

export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description(
      'look for what may be wrong, with advice: settings, folder, network, TLS, token, clock, disk, service',
    )
    .option('--json', 'for programs')
    .action(async ({ json }: { json?: boolean }) => {
      const settings = readSettings(program.opts())
      const stateDir = stateDirOf(settings)
      const findings = [
        ...(await look(settings)),
        await checkDisk(stateDir),
        ...(await checkService(stateDir)),
      ]
      process.stdout.write(
        json ? `${printableJson(JSON.stringify(findings, null, 2))}\n` : findings.map(findingText).join(''),
      )
      process.exitCode = findings.some(({ state }) => state === 'failed') ? 1 : 0
    })
}

/** With the eyes of the service where there is one: root sees folders and files that the service does not. */
async function look(settings: Settings): Promise<Finding[]> {
  if (!isAboutService(settings)) return examine(settings.env)
  if (process.getuid?.() !== 0) {
    const detail = 'A service is installed here; this is what this user sees, not what the service sees.'
    const eyes = warning('eyes', detail, 'Use sudo: sudo debrief-agent doctor.')
    // Without the service's settings there is nothing to judge, and every one of them would be called missing.
    return isClosedToUs() && !settings.env.INGEST_URL ? [eyes] : [eyes, ...(await examine(settings.env))]
  }
  const unit = await systemctl('cat', UNIT_NAME)
  const installed = readInstalled(ENV_FILE) ?? {}
  const others = SETTING_NAMES.filter(name => settings.env[name] && settings.env[name] !== installed[name])
  const text = others.length === 0 ? null : envText(withAbsolutePaths({ ...installed, ...settings.env }))
  const findings = await runInSandbox({ unit, program: PROGRAM_FILE, envText: text })
  if (others.length === 0) return findings
  // What this shell has exported goes before the service's own settings, and is what would be installed.
  const differs = warning(
    'settings',
    `This shell has another ${others.join(', ')} than the service; that is what is judged here.`,
    'In a fresh shell the service’s own are judged. `debrief-agent install` would take these over.',
  )
  return [differs, ...findings]
}
