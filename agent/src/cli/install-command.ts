import { existsSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { type AgentConfig, ConfigError, loadConfig } from '../config.ts'
import { envText } from '../install/env-text.ts'
import { folderAccess } from '../install/folder-access.ts'
import { installAgent } from '../install/install-agent.ts'
import { ENV_FILE, PROGRAM_FILE } from '../install/paths.ts'
import { type FolderAccess, HIDDEN_FOLDERS, systemdUnit } from '../install/systemd-unit.ts'
import { readSettings } from './read-settings.ts'

interface Options {
  dryRun?: boolean
  user?: string
  root: string
}

export function installCommand(program: Command): void {
  program
    .command('install')
    .description('install as a systemd service, with the settings of the environment or of --env-file')
    .option('--dry-run', 'print the unit and touch nothing')
    .option('--user <name>', 'run as this user (default: the least that may read the folder)')
    .option('--root <folder>', 'install below this folder and start nothing (for images)', '/')
    .action(async (options: Options) => {
      const { env } = readSettings(program.opts())
      const config = options.dryRun ? loadConfigOrExample(env) : loadConfig(env)
      const access: FolderAccess = options.user
        ? { kind: 'user', user: options.user }
        : folderAccess(config.folder?.dir ?? null)
      const unit = systemdUnit({
        nodePath: realpathSync(process.execPath),
        programPath: PROGRAM_FILE,
        gamestatsDir: config.folder?.dir ?? null,
        readFiles: [config.caCert, config.tokenFile, config.ssh?.keyFile]
          .filter(path => typeof path === 'string')
          .map(path => resolve(path)),
        envFile: ENV_FILE,
        hiddenFolders: HIDDEN_FOLDERS.filter(folder => existsSync(folder)),
        access,
      })
      const say = (line: string) => void process.stderr.write(`${line}\n`)
      say(explainAccess(access, config))
      if (options.dryRun) {
        say(
          `A dry run: nothing is written. The settings would go to ${ENV_FILE} (0600), the program to ${PROGRAM_FILE}.`,
        )
        process.stdout.write(unit)
        return
      }
      if (options.root === '/' && process.getuid?.() !== 0)
        throw new Error('Only root can install a service. Run this with sudo.')
      if (options.root === '/' && !existsSync('/run/systemd/system')) {
        throw new Error('This host does not run systemd. Start `debrief-agent run` by what it has instead.')
      }
      await installAgent({
        unit,
        envText: envText(env),
        program: ownProgram(),
        root: resolve(options.root),
        say,
      })
    })
}

/** A look at the unit needs no settings: what is missing is named, and an example stands in for it. */
function loadConfigOrExample(env: Record<string, string | undefined>): AgentConfig {
  try {
    return loadConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\nThe unit below has examples in their place.\n`)
    const dir = env.GAMESTATS_DIR || '/home/et/.etlegacy/legacy/gamestats'
    return loadConfig({
      INGEST_URL: 'https://stats.example.org',
      INGEST_TOKEN: 'example',
      GAMESTATS_DIR: dir,
    })
  }
}

/** This very program, where it is the one file; in the workspace, the one that was built. */
function ownProgram(): string {
  const running = realpathSync(process.argv[1] ?? '')
  if (running.endsWith('.cjs')) return running
  const built = resolve(running, '../../dist/debrief-agent.cjs')
  if (existsSync(built)) return built
  throw new Error(`${built} is not there yet. Build it first: pnpm --filter @debrief/agent build`)
}

function explainAccess(access: FolderAccess, { folder }: AgentConfig): string {
  const place = folder?.dir ?? 'the game host'
  switch (access.kind) {
    case 'anyone':
      return `Everybody may read ${place}: the service gets a passing user of its own (DynamicUser).`
    case 'group':
      return `The group ${access.group} may read ${place}: the service gets a passing user in that group.`
    case 'user':
      return `The service runs as ${access.user}, with a read-only view of ${place}.`
  }
}
