import { readdirSync, rmSync, statSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { pino } from 'pino'
import { isAlive } from '../../../server/src/db/embedded/is-alive.ts'
import { postmasterPid } from '../../../server/src/db/embedded/postmaster-pid.ts'
import { startEmbeddedPostgres } from '../../../server/src/db/embedded-postgres.ts'

/**
 * Keeps one embedded server for all test files of a run: tells its address to each that connects, and ends when none
 * is connected and the run (tap, or the single test file) is over.
 */
const [, , socketPath = '', folder = '', run = ''] = process.argv
const connected = new Set<Socket>()

const door = createServer(socket => {
  connected.add(socket)
  socket.on('error', () => {})
  socket.once('close', () => connected.delete(socket))
  // Fails only together with the whole process, below.
  void server.then(({ url }) => socket.write(`${url}\n`))
})
// Taken: another test file was faster, and nothing is lost. Unless a killed run of the same process id left it behind.
door.once('error', () => {
  connect(socketPath)
    .once('connect', () => leave(0))
    .once('error', () => {
      rmSync(socketPath, { force: true })
      leave(1)
    })
})

const server = new Promise<void>(resolve => door.listen(socketPath, resolve)).then(() =>
  startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    log: pino({ level: 'debug' }, pino.destination({ dest: join(folder, 'log'), sync: true })),
    pgOptions: [
      ...['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'],
      // In hundreds of short lives it tidies nothing, and statistics are there when a test makes them, not by chance.
      'autovacuum=off',
    ],
  }),
)

const watch = setInterval(() => {
  if (connected.size > 0 || isAlive(Number(run))) return
  clearInterval(watch)
  void server.then(({ stop }) => stop()).finally(() => leave(0))
}, 100)

removeLeftovers()

/** Folders of holders that were killed. A run of faults takes hours, and those of other tests are none of ours. */
function removeLeftovers(): void {
  const parent = dirname(folder)
  for (const name of readdirSync(parent).filter(name => name.startsWith('debrief-cluster-'))) {
    const path = join(parent, name)
    const found = statSync(path, { throwIfNoEntry: false })
    if (
      found?.isDirectory() === true &&
      found.uid === process.getuid?.() &&
      Date.now() - found.mtimeMs > 3_600_000 &&
      postmasterPid(join(path, 'postgres/cluster')) === undefined
    )
      rmSync(path, { recursive: true, force: true })
  }
}

function leave(code: number): void {
  if (door.listening) rmSync(socketPath, { force: true })
  rmSync(folder, { recursive: true, force: true })
  process.exit(code)
}
