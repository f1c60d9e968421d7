import t from 'tap'
import { readyTests } from './ready/ready-tests.mjs'
import { testFiles } from './ready/tests-folder.mjs'

/**
 * The test files that share a process: to load the server takes longer than most files need for all they do. A file
 * runs in the first group that names the beginning of its path; what none names runs in `rest`. The groups take about
 * as long as each other, so that no core idles at the end.
 */
const GROUPS = {
  browser: ['browser/'],
  // The undici of the agent and the one in discord.js do not get along in one process, and never have to.
  discord: ['server/discord/', 'journey/02-', 'journey/03-'],
  processes: ['server/cli/', 'server/db/', 'faults/', 'journey/', 'fuzz/'],
  agent: ['agent/'],
  import: [
    ...['server/import/', 'server/derive/', 'server/check/', 'server/outbox/', 'server/upkeep/'],
    'server/report/',
  ],
  http: ['server/http/', 'server/pages/', 'server/players/'],
  rest: [''],
}

/**
 * Runs the files of a group, one after the other, in this process, from what was made ready of them.
 * @param {keyof typeof GROUPS} group
 */
export async function runGroup(group) {
  const ready = await readyTests()
  for (const file of testFiles().filter(file => groupOf(file) === group)) {
    t.comment(file)
    await import(new URL(`test/${file.replace(/ts$/, 'mjs')}`, ready).href)
    // Not buffered: it begins when all that stands before it has ended, also where the file runs several at once.
    let isOver = false
    await t.test(`the end of ${file}`, { buffered: false }, async () => {
      isOver = true
    })
    if (!isOver) throw new Error(`${file} ended the run: a t.teardown() outside of tests does.`)
    t.jobs = 1
  }
}

function groupOf(file) {
  return Object.entries(GROUPS).find(([, paths]) => paths.some(path => file.startsWith(path)))?.[0]
}
