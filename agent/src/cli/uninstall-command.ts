import { lstat, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { unlinkCommand } from '../install/link-command.ts'
import {
  COMMAND_FILE,
  ENABLED_LINK,
  ENV_FILE,
  PRIVATE_STATE_DIR,
  PROGRAM_FILE,
  STATE_DIR,
  UNIT_FILE,
  UNIT_NAME,
} from '../install/paths.ts'
import { systemctl } from '../install/run-in-sandbox.ts'

const say = (line: string) => void process.stderr.write(`${line}\n`)

export function uninstallCommand(program: Command): void {
  program
    .command('uninstall')
    .description('stop and remove the service; the game’s files are never touched')
    .option('--purge', 'remove its settings and notes, too')
    .option('--root <folder>', 'below this folder', '/')
    .action(async ({ purge, root }: { purge?: boolean; root: string }) => {
      const at = (path: string) => join(resolve(root), path)
      const isLive = resolve(root) === '/'
      if (isLive && process.getuid?.() !== 0)
        throw new Error('Only root can remove a service. Run this with sudo.')
      if (isLive && (await isThere(UNIT_FILE))) await systemctl('disable', '--now', UNIT_NAME)
      const removed = (await unlinkCommand(resolve(root))) ? [at(COMMAND_FILE)] : []
      const kept = [dirname(ENV_FILE), STATE_DIR, PRIVATE_STATE_DIR]
      for (const path of [ENABLED_LINK, UNIT_FILE, dirname(PROGRAM_FILE), ...(purge ? kept : [])]) {
        if (!(await isThere(at(path)))) continue
        await rm(at(path), { recursive: true, force: true })
        removed.push(at(path))
      }
      for (const path of removed) say(`removed ${path}`)
      if (removed.length === 0) say('There was no agent to remove.')
      if (isLive) await systemctl('daemon-reload')
      const left = []
      for (const path of [dirname(ENV_FILE), STATE_DIR]) if (await isThere(at(path))) left.push(at(path))
      if (left.length > 0) say(`kept ${left.join(' and ')} (--purge removes them)`)
    })
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}
