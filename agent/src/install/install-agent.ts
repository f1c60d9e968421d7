import { chmod, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { linkCommand } from './link-command.ts'
import { ENABLED_LINK, ENV_FILE, PROGRAM_FILE, UNIT_FILE, UNIT_NAME } from './paths.ts'
import { systemctl } from './run-in-sandbox.ts'

export interface Installation {
  unit: string
  envText: string
  /** The one-file program to be copied. */
  program: string
  nodePath: string
  /** Another root folder than /: for images, and for tests. Then nothing is started. */
  root: string
  say: (line: string) => void
}

/**
 * Writes the program, the settings (0600), the unit and the command; then starts the service. Running it again is an
 * update. What was there is kept until the new service has started, and put back if it does not.
 */
export async function installAgent(installation: Installation): Promise<void> {
  const { unit, envText, program, nodePath, root, say } = installation
  const at = (path: string) => join(root, path)
  const files = [at(PROGRAM_FILE), at(ENV_FILE), at(UNIT_FILE)]
  const before = await Promise.all(files.map(remember))
  try {
    await mkdir(dirname(at(PROGRAM_FILE)), { recursive: true, mode: 0o755 })
    await replace(at(PROGRAM_FILE), await readFile(program), 0o755)
    say(`wrote ${at(PROGRAM_FILE)} (the program)`)
    await mkdir(dirname(at(ENV_FILE)), { recursive: true, mode: 0o700 })
    await replace(at(ENV_FILE), envText, 0o600)
    say(`wrote ${at(ENV_FILE)} (the settings with the token; only root may read it)`)
    await mkdir(dirname(at(UNIT_FILE)), { recursive: true })
    await replace(at(UNIT_FILE), unit, 0o644)
    say(`wrote ${at(UNIT_FILE)} (the service; each line says why)`)
    say(await linkCommand(root, nodePath))
    if (root === '/') await start()
    else {
      await linkEnabled(root)
      say('enabled: it starts when this image does')
    }
  } catch (error) {
    for (const [i, file] of files.entries()) await putBack(file, before[i] ?? null)
    if (root === '/') await startOld(before[2] !== null)
    const was = before[2] ? 'What was there before is back' : 'Nothing of it stays installed'
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${was}.`, { cause: error })
  }
}

async function start(): Promise<void> {
  await systemctl('daemon-reload')
  await systemctl('enable', UNIT_NAME)
  await systemctl('restart', UNIT_NAME)
}

async function startOld(isThere: boolean): Promise<void> {
  if (!isThere) await systemctl('disable', '--now', UNIT_NAME).catch(() => '')
  await systemctl('daemon-reload')
  if (isThere) await systemctl('restart', UNIT_NAME)
}

/** `systemctl enable` without a systemd that runs. */
async function linkEnabled(root: string): Promise<void> {
  const link = join(root, ENABLED_LINK)
  await mkdir(dirname(link), { recursive: true })
  await rm(link, { force: true })
  await symlink(UNIT_FILE, link)
}

/** Written aside and renamed: a service that starts at this moment has the old or the new, and a secret its mode from the first byte. */
async function replace(file: string, content: string | Buffer, mode: number): Promise<void> {
  const aside = `${file}.new`
  await rm(aside, { force: true })
  await writeFile(aside, content, { mode, flag: 'wx' })
  await chmod(aside, mode)
  await rename(aside, file)
}

interface Kept {
  content: Buffer
  mode: number
}

async function remember(file: string): Promise<Kept | null> {
  try {
    return { content: await readFile(file), mode: (await stat(file)).mode & 0o777 }
  } catch {
    return null
  }
}

async function putBack(file: string, kept: Kept | null): Promise<void> {
  if (kept) await replace(file, kept.content, kept.mode)
  else await rm(file, { force: true })
}
