import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export const ENV_FILE = '/etc/debrief/debrief.env'
export const UNIT_FILE = '/etc/systemd/system/debrief.service'
const ENABLED_LINK = '/etc/systemd/system/multi-user.target.wants/debrief.service'

export interface ServerInstallation {
  unit: string
  /** The settings; null: those that are there stay. */
  envText: string | null
  user: string
  /** Another root folder than /: for images. Then no account is made and nothing is started. */
  root: string
  say: (line: string) => void
}

/**
 * Makes the account, writes the settings (0600) and the unit, and starts the service. Running it again is an update;
 * settings that are there are kept. The start itself is systemd's; `debrief doctor` says how it went.
 */
export async function installServer({ unit, envText, user, root, say }: ServerInstallation): Promise<void> {
  const at = (path: string) => join(root, path)
  if (root === '/') await ensureAccount(user, say)
  if (envText === null) say(`kept ${at(ENV_FILE)} (the settings)`)
  else {
    await replace(at(ENV_FILE), envText, 0o600, 0o700)
    say(`wrote ${at(ENV_FILE)} (the settings; only root may read it)`)
  }
  await replace(at(UNIT_FILE), unit, 0o644, 0o755)
  say(`wrote ${at(UNIT_FILE)} (the service)`)
  if (root !== '/') {
    await mkdir(dirname(at(ENABLED_LINK)), { recursive: true })
    await rm(at(ENABLED_LINK), { force: true })

    await symlink(UNIT_FILE, at(ENABLED_LINK))
    say('enabled: it starts when this image does')
    return
  }
  await run('systemctl', ['daemon-reload'])
  await run('systemctl', ['enable', 'debrief.service'])
  await run('systemctl', ['restart', 'debrief.service'])
  say('started; how it is: systemctl status debrief, journalctl -u debrief -n 20')
}

async function ensureAccount(user: string, say: (line: string) => void): Promise<void> {
  const isThere = await run('getent', ['passwd', user]).then(
    () => true,
    () => false,
  )
  if (isThere) return
  await run('useradd', ['--system', '--home-dir', '/var/lib/debrief', '--shell', '/usr/sbin/nologin', user])
  say(`made the account ${user} (no login)`)
}

/** Written aside and renamed: a secret has its mode from the first byte. */
async function replace(file: string, content: string, mode: number, folderMode: number): Promise<void> {
  const folder = dirname(file)
  if (!existsSync(folder)) await mkdir(folder, { recursive: true, mode: folderMode })
  const aside = `${file}.new`
  await rm(aside, { force: true })
  await writeFile(aside, content, { mode, flag: 'wx' })
  await chmod(aside, mode)
  await rename(aside, file)
}
