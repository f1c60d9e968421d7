// Plain JavaScript: whoever calls this has nothing yet that understands TypeScript.
import { existsSync } from 'node:fs'
import { programsFolder } from './programs-folder.mjs'

const SOURCES = new URL('../src/', import.meta.url)

/**
 * Loads a program into this process, by the path of its source below server/src, without `.ts`. As JavaScript that was
 * made ready, which starts in half the time and holds two thirds of the memory; it is made first where it is missing or
 * its sources have changed. Where it can be neither found nor made, the TypeScript itself is loaded.
 * @param {string} path
 */
export async function loadProgram(path) {
  const folder = programsFolder()
  const program = new URL(`${path}.mjs`, folder)
  process.setSourceMapsEnabled(true)
  if (existsSync(program)) return import(program.href)
  const { register } = await import('tsx/esm/api')
  const unregister = register()
  const { buildPrograms } = await import('./build-programs.ts')
  const trouble = await buildPrograms(folder).then(
    () => null,
    error => error,
  )
  if (trouble === null && existsSync(program)) {
    await unregister()
    return import(program.href)
  }
  if (trouble !== null)
    console.error(
      `Loaded as TypeScript, which takes a second longer and 60 MB more: ${trouble.message}. ` +
        'To mend it, run `npx -y pnpm@10 install` once as the owner of this folder.',
    )
  return import(new URL(`${path}.ts`, SOURCES).href)
}
