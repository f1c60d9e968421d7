import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { digestOf, SOURCES } from '../../../server/build/programs-folder.mjs'

const TESTS = new URL('../../', import.meta.url)

/** Where the tests of exactly these sources belong as JavaScript, whether they are there or not. */
export function testsFolder() {
  const own = readdirSync(TESTS).filter(name => !['dist', 'fixtures'].includes(name))
  const digest = digestOf([...SOURCES, ...own.sort().map(name => `test/${name}`)])
  return new URL(`dist/${digest}/`, TESTS)
}

/** All files of tests, as paths below `test/`. */
export function testFiles() {
  const tests = fileURLToPath(TESTS)
  return readdirSync(tests, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map(entry => relative(tests, join(entry.parentPath, entry.name)))
    .sort()
}
