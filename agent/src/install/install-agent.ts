import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { ENV_FILE, PROGRAM_FILE, UNIT_FILE, UNIT_NAME } from './paths.ts'

export interface Installation {
  unit: string
  envText: string
  /** The one-file program to be copied. */
  program: string
  /** Another root folder than /: for images, and for tests. Then nothing is started. */
  root: string
  say: (line: string) => void
}

/** Writes the program, the settings (0600) and the unit; then starts the service. Running it again is an update. */
export async function installAgent({ unit, envText, program, root, say }: Installation): Promise<void> {
  const at = (path: string) => join(root, path)
  await mkdir(dirname(at(PROGRAM_FILE)), { recursive: true, mode: 0o755 })
  if (program !== at(PROGRAM_FILE)) await copyFile(program, at(PROGRAM_FILE))
  await chmod(at(PROGRAM_FILE), 0o755)
  say(`wrote ${at(PROGRAM_FILE)} (the program)`)

  await mkdir(dirname(at(ENV_FILE)), { recursive: true, mode: 0o700 })
  // The mode counts for a new file only; an older one is closed first, before the token goes in.
  await writeFile(at(ENV_FILE), '', { mode: 0o600, flag: 'a' })
  await chmod(at(ENV_FILE), 0o600)
  await writeFile(at(ENV_FILE), envText)
  say(`wrote ${at(ENV_FILE)} (the settings with the token; only root may read it)`)

  await mkdir(dirname(at(UNIT_FILE)), { recursive: true })
  await writeFile(at(UNIT_FILE), unit, { mode: 0o644 })
  say(`wrote ${at(UNIT_FILE)} (the service; each line says why)`)
  if (root !== '/') return

  await systemctl('daemon-reload')
  await systemctl('enable', UNIT_NAME)
  await systemctl('restart', UNIT_NAME)
  say('started. See: systemctl status debrief-agent; journalctl -u debrief-agent; debrief-agent status')
}

export async function systemctl(...args: string[]): Promise<void> {
  try {
    await promisify(execFile)('systemctl', args, { timeout: 120_000 })
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim() : String(error)
    throw new Error(`systemctl ${args.join(' ')} failed: ${reason}`, { cause: error })
  }
}
