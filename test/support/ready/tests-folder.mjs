import { readdirSync } from 'node:fs'
import { digestOf, SOURCES } from '../../../server/build/programs-folder.mjs'

const TESTS = new URL('../../', import.meta.url)

/** Where the tests of exactly these sources belong as JavaScript, whether they are there or not. */
export function testsFolder() {
  const own = readdirSync(TESTS).filter(name => !['dist', 'fixtures'].includes(name))
  const digest = digestOf([...SOURCES, ...own.sort().map(name => `test/${name}`)])
  return new URL(`dist/${digest}/`, TESTS)
}
