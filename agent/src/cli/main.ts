import { printable } from '@debrief/shared'
import { Command, CommanderError } from 'commander'
import { ConfigError } from '../config.ts'
import { ENV_FILE } from '../install/paths.ts'
import { VERSION } from '../version.ts'
import { doctorCommand } from './doctor-command.ts'
import { explainCommand } from './explain-command.ts'
import { installCommand } from './install-command.ts'
import { lookCommand } from './look-command.ts'
import { pushCommand } from './push-command.ts'
import { isClosedToUs } from './read-settings.ts'
import { runCommand } from './run-command.ts'
import { statusCommand } from './status-command.ts'
import { uninstallCommand } from './uninstall-command.ts'

const program = new Command('debrief-agent')
  .description('Carries the stats files of an ET: Legacy game server to its Debrief server.')
  .version(VERSION)
  .option('--env-file <file>', 'read settings from this file (the environment goes before it)')
  .addHelpText(
    'after',
    '\nSettings: INGEST_URL, INGEST_TOKEN (or INGEST_TOKEN_FILE), GAMESTATS_DIR, SCAN_SECONDS, CA_CERT, STATE_DIR, LOG_LEVEL;\n' +
      'for a game host without an agent: SSH_HOST, SSH_PORT, SSH_USER, SSH_KEY, SSH_HOST_KEY_SHA256, SSH_GAMESTATS_DIR,\n' +
      'SSH_POLL_SECONDS. An installed agent keeps them in /etc/debrief-agent/agent.env, which the commands read, too.\n',
  )
  .exitOverride()

for (const add of [
  runCommand,
  pushCommand,
  statusCommand,
  explainCommand,
  doctorCommand,
  installCommand,
  uninstallCommand,
  lookCommand,
]) {
  add(program)
}

// No await at the top: the one-file build is CommonJS.
program.parseAsync().catch(error => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2
    return
  }
  complain(error instanceof Error ? error.message : String(error))
  process.exitCode = error instanceof ConfigError ? 2 : 1
  if (error instanceof ConfigError && isClosedToUs())
    complain(`An agent is installed here. Only root may read its settings (${ENV_FILE}): use sudo.`)
})

/** What others have said may stand in it. */
function complain(text: string): void {
  process.stderr.write(`${text.split('\n').map(printable).join('\n')}\n`)
}
