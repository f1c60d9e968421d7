import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { quickDisk } from './quick-disk.ts'

/** An empty folder whose path leaves room for a socket (107 bytes), which t.testdir() does not; gone after the test. */
export function shortFolder(t: Test): string {
  const path = mkdtempSync(join(quickDisk(), 'debrief-test-'))
  t.teardown(() => rmSync(path, { recursive: true, force: true }))
  return path
}
