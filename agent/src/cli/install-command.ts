import { execFile } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Finding, findingText } from '@debrief/shared'
import type { Command } from 'commander'
import { ConfigError, loadConfig } from '../config.ts'
import { awaitStart } from '../install/await-start.ts'
import { credentialsOf, withAbsolutePaths } from '../install/credentials.ts'
import { envText } from '../install/env-text.ts'
import { folderAccess } from '../install/folder-access.ts'
import { gatherSettings } from '../install/gather-settings.ts'
import { installAgent } from '../install/install-agent.ts'
import { ENV_FILE, PROGRAM_FILE, STATE_DIR } from '../install/paths.ts'
import { readTokenFromStdin, terminalPrompt } from '../install/prompt.ts'
import { runInSandbox } from '../install/run-in-sandbox.ts'
import { systemdUnit } from '../install/unit/systemd-unit.ts'
import { type FolderAccess, HIDDEN_FOLDERS } from '../install/unit/unit-settings.ts'
import { VERSION } from '../version.ts'
import { readInstalled, readSettings } from './read-settings.ts'
import { statusText } from './status-command.ts'

interface Options {
  dryRun?: boolean
  user?: string
  server?: string
  folder?: string
  anyway?: boolean
  root: string
}

type Env = Record<string, string | undefined>

const say = (line: string) => void process.stderr.write(`${line}\n`)

export function installCommand(program: Command): void {
  program
    .command('install')
    .description(
      'install as a systemd service, or update it; settings come from the environment, --env-file or the installed ' +
        'agent, what is missing is asked for, and the token is read from standard input where nobody can be asked',
    )
    .option('--server <url>', 'address of the stats server (INGEST_URL)')
    .option('--folder <folder>', 'where the game writes its stats files (GAMESTATS_DIR)')
    .option('--dry-run', 'print the unit and touch nothing')
    .option('--user <name>', 'run as this user (default: the least that may read the folder)')
    .option('--anyway', 'install also if the look as the service finds a fault')
    .option('--root <folder>', 'install below this folder and start nothing (for images)', '/')
    .action(async (options: Options) => {
      const given = givenSettings(readSettings(program.opts()).env, options)
      if (options.dryRun) showUnit(given, options)
      else await install(given, options)
    })
}

/** What is set now goes before what is installed. */
function givenSettings(env: Env, { root, server, folder }: Options): Env {
  return {
    ...readInstalled(join(resolve(root), ENV_FILE)),
    ...Object.fromEntries(Object.entries(env).filter(([, value]) => value)),
    ...(server && { INGEST_URL: server }),
    ...(folder && { GAMESTATS_DIR: folder }),
  }
}

function showUnit(given: Env, options: Options): void {
  const env = withAbsolutePaths(withExamples(given))
  const unit = unitOf(env, options)
  say(
    `A dry run: nothing is written. The settings would go to ${ENV_FILE} (0600), the program to ${PROGRAM_FILE}.`,
  )
  process.stdout.write(unit)
}

async function install(given: Env, options: Options): Promise<void> {
  const root = resolve(options.root)
  if (root === '/') refuseWithoutSystemd()
  const { fetchHostKey } = await import('../source/fetch-host-key.ts')
  const prompt = terminalPrompt()
  const env = withAbsolutePaths(
    await gatherSettings(given, { prompt, readToken: readTokenFromStdin, fetchHostKey, say }),
  )
  const program = ownProgram()
  const unit = unitOf(env, options)
  const before = await installedVersion(join(root, PROGRAM_FILE))
  let findings: Finding[] = []
  if (root === '/') {
    say('Looking as the service would…')
    findings = await runInSandbox({ unit, program, envText: envText(env) })
    for (const finding of findings) if (finding.state !== 'ok') process.stderr.write(findingText(finding))
    const isInVain = findings.some(({ state, passing }) => state === 'failed' && !passing)
    if (isInVain && !options.anyway)
      throw new Error('So it would not work, and nothing was changed. (--anyway installs it all the same.)')
  }
  const since = new Date()
  await installAgent({ unit, envText: envText(env), program, nodePath: process.execPath, root, say })
  say(tellUpdate(before))
  if (root === '/') await tellStart(since, findings)
}

function unitOf(env: Env, { user }: Options): string {
  const { folder } = loadConfig(env)
  const access: FolderAccess = user ? { kind: 'user', user } : folderAccess(folder?.dir ?? null)
  say(explainAccess(access, folder?.dir ?? 'the game host'))
  const nodePath = realpathSync(process.execPath)
  if (/^\/(home|root)\//.test(nodePath))
    say(
      `Note: ${nodePath} lies in a home folder. If that node is removed (nvm does), the service ends; install again then.`,
    )
  return systemdUnit({
    nodePath,
    programPath: PROGRAM_FILE,
    gamestatsDir: folder?.dir ?? null,
    isLinked: folder ? holdsLink(resolve(folder.dir)) : false,
    credentials: credentialsOf(env),
    envFile: ENV_FILE,
    hiddenFolders: HIDDEN_FOLDERS.filter(folder => existsSync(folder)),
    access,
  })
}

/** Of what is there of the path already. */
function holdsLink(path: string): boolean {
  try {
    return realpathSync(path) !== path
  } catch {
    return path !== '/' && holdsLink(dirname(path))
  }
}

function refuseWithoutSystemd(): void {
  if (process.getuid?.() !== 0) throw new Error('Only root can install a service. Run this with sudo.')
  if (!existsSync('/run/systemd/system'))
    throw new Error('This host does not run systemd. Start `debrief-agent run` by what it has instead.')
}

/** The version of the program that is there; null where none is, `unknown` where it does not say. */
async function installedVersion(program: string): Promise<string | null> {
  if (!existsSync(program)) return null
  const asked = promisify(execFile)(process.execPath, [program, '--version'], { timeout: 20_000 })
  return asked.then(({ stdout }) => stdout.trim()).catch(() => 'unknown')
}

function tellUpdate(before: string | null): string {
  if (before === null) return `installed version ${VERSION}`
  const kept = 'settings and notes are kept'
  return before === VERSION
    ? `installed version ${VERSION} again; ${kept}`
    : `updated from version ${before} to ${VERSION}; ${kept}`
}

/** Ends with what `status` says, so that nobody goes home with a service that delivers nothing. */
async function tellStart(since: Date, findings: readonly Finding[]): Promise<void> {
  const status = await awaitStart(STATE_DIR, since)
  if (status) process.stderr.write(`started:\n${statusText(status, true)}`)
  else say('started, but it has not said anything yet: journalctl -u debrief-agent')
  const isAwaited = findings.some(({ passing }) => passing === 'folder')
  const isWell =
    status && !status.serverProblem && (isAwaited || status.sources.every(source => !source.problem))
  if (!isWell) process.exitCode = 1
  say('Later: sudo debrief-agent status, sudo debrief-agent doctor, journalctl -u debrief-agent')
}

/** A look at the unit needs no settings: what is missing is named, and an example stands in for it. */
function withExamples(env: Env): Env {
  try {
    loadConfig(env)
    return env
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    say(`${error.message}\nThe unit below has examples in their place.`)
    const examples = { INGEST_URL: 'https://stats.example.org', INGEST_TOKEN: 'example' }
    return { ...examples, GAMESTATS_DIR: env.GAMESTATS_DIR || '/home/et/.etlegacy/legacy/gamestats' }
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

function explainAccess(access: FolderAccess, place: string): string {
  switch (access.kind) {
    case 'anyone':
      return `Everybody may read ${place}: the service gets a passing user of its own (DynamicUser).`
    case 'group':
      return `The group ${access.group} may read ${place}: the service gets a passing user in that group.`
    case 'user':
      return `The service runs as ${access.user}, with a read-only view of ${place}.`
  }
}
