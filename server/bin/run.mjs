#!/usr/bin/env node
// Runs a script of package.json for people who have only Node: installs what is missing, then starts the program in
// this very process, so that a signal reaches it and nobody in between has to pass it on. Plain JavaScript, because
// at this point nothing may be installed.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const root = new URL('../../', import.meta.url)
const programs = {
  start: 'main',
  demo: 'demo/main',
  bench: 'bench/main',
  'bench:seed': 'bench/seed/main',
}

const [, , word = '', ...rest] = process.argv
if (word !== 'test' && !Object.hasOwn(programs, word)) {
  console.error(
    `Usage: node server/bin/run.mjs <${[...Object.keys(programs), 'test'].join(' | ')}> [option]…`,
  )
  process.exit(2)
}
refuseOldNode()
installWhatIsMissing()
if (word === 'test') await runTests(rest)
else await runProgram(programs[word])

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  console.error(`Node 20.19 or newer is needed; this is ${process.versions.node}.`)
  process.exit(2)
}

/** pnpm leaves a copy of the lockfile beside what it installed: where the two differ, something is missing. */
function installWhatIsMissing() {
  const wanted = read('pnpm-lock.yaml')
  if (wanted !== undefined && wanted === read('node_modules/.pnpm/lock.yaml')) return
  console.error('Installing what is missing (once, about half a minute)…')
  // Its output belongs to the progress, not to the result of the command.
  const done = spawnSync('npx', ['-y', 'pnpm@10', 'install', '--frozen-lockfile'], {
    cwd: fileURLToPath(root),
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (done.status === 0) return
  console.error('The installation failed (see above). Is the npm registry reachable from here?')
  process.exit(1)
}

function read(path) {
  try {
    return readFileSync(new URL(path, root), 'utf8')
  } catch {
    return undefined
  }
}

/** As if the program itself had been typed: it finds its own arguments from the third on. */
async function runProgram(path) {
  process.argv.splice(1, 2, path)
  const { loadProgram } = await import('../build/load-program.mjs')
  await loadProgram(path)
}

async function runTests(args) {
  // Once, and not by each of the groups that begin at the same time.
  const { readyTests } = await import('../../test/support/ready/ready-tests.mjs')
  await readyTests()
  const program = fileURLToPath(new URL('node_modules/.bin/tap', root))
  const loads = `--import=${new URL('test/support/without-loader.mjs', root).href}`
  const options = {
    ...{ cwd: fileURLToPath(root), stdio: 'inherit', shell: process.platform === 'win32' },
    env: { ...process.env, NODE_OPTIONS: `${loads} ${process.env.NODE_OPTIONS ?? ''}` },
  }
  // tap makes itself of the plugins in .taprc, and would notice after it has put the loaders of those that we leave
  // out into every process of its first run.
  if (!existsSync(new URL('.tap/plugins', root))) spawnSync(program, ['build'], options)
  const tap = spawn(program, args, options)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => tap.kill(signal))
  // npm and pnpm, when terminated, say nothing to what they started.
  const parent = process.ppid
  setInterval(() => process.ppid === parent || tap.kill('SIGTERM'), 500).unref()
  tap.once('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}
