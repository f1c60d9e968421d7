import { rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { systemctl } from '../install/install-agent.ts'
import {
  ENV_FILE,
  PRIVATE_STATE_DIR,
  PROGRAM_FILE,
  STATE_DIR,
  UNIT_FILE,
  UNIT_NAME,
} from '../install/paths.ts'

export function uninstallCommand(program: Command): void {
  program
    .command('uninstall')
    .description('stop and remove the service; the game’s files are never touched')
    .option('--purge', 'remove its settings and notes, too')
    .option('--root <folder>', 'below this folder', '/')
    .action(async ({ purge, root }: { purge?: boolean; root: string }) => {
      const at = (path: string) => join(resolve(root), path)
      if (root === '/') {
        if (process.getuid?.() !== 0) throw new Error('Only root can remove a service. Run this with sudo.')
        // It may be gone already: what matters is that it is gone.
        await systemctl('disable', '--now', UNIT_NAME).catch(
          error => void process.stderr.write(`${error.message}\n`),
        )
      }
      const targets = [
        UNIT_FILE,
        dirname(PROGRAM_FILE),
        ...(purge ? [dirname(ENV_FILE), STATE_DIR, PRIVATE_STATE_DIR] : []),
      ]
      for (const target of targets) {
        await rm(at(target), { recursive: true, force: true })
        process.stderr.write(`removed ${at(target)}\n`)
      }
      if (root === '/') await systemctl('daemon-reload')
      if (!purge)
        process.stderr.write(`kept ${at(dirname(ENV_FILE))} and ${at(STATE_DIR)} (--purge removes them)\n`)
    })
}
