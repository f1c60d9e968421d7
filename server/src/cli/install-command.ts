import { existsSync, realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { SETTING_NAMES } from '../config.ts'
import { ENV_FILE, installServer, UNIT_FILE } from '../install/install-server.ts'
import { serverUnit } from '../install/server-unit.ts'
import { loadConfigOrExit } from '../load-config-or-exit.ts'

interface Options {
  dryRun?: boolean
  user: string
  root: string
}

const say = (line: string) => void process.stderr.write(`${line}\n`)
/** The unit sets these two: systemd makes the folders. */
const OF_THE_UNIT = ['DATA_DIR', 'LOG_DIR']

/** `debrief install`: the server as a systemd service that runs from this clone. */
export function installCommand(): Command {
  return new Command('install')
    .description(
      'install this clone as a systemd service, or update it; settings come from the environment the first time, and ' +
        `stay in ${ENV_FILE}`,
    )
    .option('--dry-run', 'print the unit and touch nothing')
    .option('--user <name>', 'run as this account; it is made where it is not there', 'debrief')
    .option('--root <folder>', 'install below this folder and start nothing (for images)', '/')
    .action(async (options: Options) => {
      const root = resolve(options.root)
      const { port } = loadConfigOrExit(process.env)
      const nodePath = realpathSync(process.execPath)
      const folder = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '')
      const unit = serverUnit({ folder, nodePath, user: options.user, envFile: ENV_FILE, port })
      warnOfHomes(folder, nodePath)
      if (options.dryRun) {
        say(
          `A dry run: nothing is written. The unit would go to ${UNIT_FILE}, the settings to ${ENV_FILE} (0600).`,
        )
        process.stdout.write(unit)
        return
      }
      if (root === '/') refuseWithoutSystemd()
      const isThere = existsSync(join(root, ENV_FILE))
      await installServer({ unit, envText: isThere ? null : settingsText(), user: options.user, root, say })
    })
}

/** What of our settings is set in this shell; the file is where it is changed later. */
function settingsText(): string {
  const given = SETTING_NAMES.filter(name => !OF_THE_UNIT.includes(name) && process.env[name]?.trim())
  const lines = given.map(name => `${name}=${quoted(process.env[name]?.trim() ?? '')}`)
  return [
    '# Settings of the stats server; README explains each. Then: systemctl restart debrief',
    ...lines,
    '',
  ].join('\n')
}

/** As systemd reads an environment file: within quotes, a backslash and a quote need one before them. */
function quoted(value: string): string {
  return /^[\w@%+=:,./~-]*$/.test(value) ? value : `"${value.replace(/[\\"$`]/g, '\\$&')}"`
}

function warnOfHomes(folder: string, nodePath: string): void {
  for (const path of [folder, nodePath])
    if (/^\/(home|root)\//.test(path))
      say(
        `Note: ${path} lies in a home folder, which the account of the service must be able to read. /opt is better.`,
      )
}

function refuseWithoutSystemd(): void {
  if (process.getuid?.() !== 0) throw new Error('Only root can install a service. Run this with sudo.')
  if (!existsSync('/run/systemd/system'))
    throw new Error('This host does not run systemd. Start `npm start` by what it has instead.')
}
