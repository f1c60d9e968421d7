import { utimes } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** Set in what was made ready to run: where the programs of this version lie. */
declare const PROGRAMS_FOLDER: string | undefined

/** Null where this very process runs from TypeScript. */
const FOLDER = typeof PROGRAMS_FOLDER === 'string' ? PROGRAMS_FOLDER : null

export interface ProgramFile {
  path: string
  /** What Node has to be told to run it. */
  execArgv: string[]
}

/**
 * Another program of ours, by the path of its source below server/src, without `.ts`: of the same version as this one,
 * also where a newer one was installed meanwhile.
 */
export function madeReady(path: string): ProgramFile {
  return FOLDER === null
    ? {
        path: fileURLToPath(new URL(`./${path}.ts`, import.meta.url)),
        execArgv: ['--import', import.meta.resolve('tsx')],
      }
    : { path: fileURLToPath(new URL(`${path}.mjs`, FOLDER)), execArgv: [] }
}

const FRESH_MS = 3_600_000

/**
 * Keeps the programs of this version from being taken for old ones while this process runs, and may still start parts of
 * them: an upgrade removes those of versions beyond the newest ten, by the time of their folder. Where this account may
 * not write there, ten upgrades without a restart are as many as it stands.
 */
export function keepMadeReady(folder = FOLDER, everyMs = FRESH_MS): { stop(): void } {
  if (folder === null) return { stop() {} }
  const touch = () => void utimes(new URL(folder), new Date(), new Date()).catch(() => undefined)
  touch()
  const timer = setInterval(touch, everyMs)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
