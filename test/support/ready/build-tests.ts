import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { buildPrograms, bundlePrograms } from '../../../server/build/build-programs.ts'
import { makeFolder } from '../../../server/build/make-folder.ts'
import { programsFolder } from '../../../server/build/programs-folder.mjs'

const ROOT = resolve(import.meta.dirname, '../../..')

/** What tests start as a process of its own, time and again. Another one is made by the process that wants it. */
const PROGRAMS = [
  'test/faults/world/agent-main.ts',
  'test/support/discord/bot-process.ts',
  'test/support/embedded-process.ts',
  'test/support/test-database/cluster-holder.ts',
  'test/support/year-agent.ts',
]

/**
 * Makes JavaScript of all tests in `folder` (`files`: below `test/`), and of the server's programs where they are
 * missing. A group of tests takes two thirds of the time to load that each module takes as TypeScript, and what the
 * groups share is made once.
 */
export async function buildTests(folder: URL, files: readonly string[]): Promise<void> {
  const home = programsFolder()
  if (!existsSync(home)) await buildPrograms(home)
  const define = { TESTS_FOLDER: JSON.stringify(folder.href) }
  const entries = (paths: string[]) =>
    paths.map(path => ({ in: join(ROOT, path), out: path.replace(/\.ts$/, '') }))
  await makeFolder(folder, async outdir => {
    // Apart: what a program shares with a hundred tests would be in as many pieces.
    await bundlePrograms({ entryPoints: entries(files.map(file => `test/${file}`)), outdir, home, define })
    await bundlePrograms({ entryPoints: entries(PROGRAMS), outdir, home, define })
  })
}
