// Plain JavaScript: whoever calls this has nothing yet that understands TypeScript.
import { existsSync } from 'node:fs'
import { testFiles, testsFolder } from './tests-folder.mjs'

/** The folder of all tests as JavaScript that Node runs by itself, made first where it is missing (some three seconds). */
export async function readyTests() {
  const folder = testsFolder()
  if (!existsSync(folder)) {
    const { register } = await import('tsx/esm/api')
    const unregister = register()
    const { buildTests } = await import('./build-tests.ts')
    await buildTests(folder, testFiles())
    await unregister()
  }
  return folder
}
