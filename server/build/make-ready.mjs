// After an installation, by whoever installs: the account that runs the service may not be allowed to write here.
import { existsSync } from 'node:fs'
import { programsFolder } from './programs-folder.mjs'

const folder = programsFolder()
if (!existsSync(folder)) {
  const { register } = await import('tsx/esm/api')
  register()
  const { buildPrograms } = await import('./build-programs.ts')
  // Not a reason for an installation to fail: what is missing is made at the first start, or done without.
  await buildPrograms(folder).catch(error => console.error(`Not made ready yet: ${error.message}`))
}
