import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { Test } from 'tap'
import { type Database, openDatabase } from '../../server/src/db/database.ts'

export interface CuttableDatabase extends Database {
  url: string
  /** The network goes: connections break, and no new one is taken. */
  cut(): void
  /** The network hangs: nothing comes back, nothing breaks. New connections get no answer either. */
  hang(): void
  /** The wires that are open now swallow everything, in both directions; new ones work. */
  swallow(): void
  /** The machine at the other end is gone without a word: as `swallow`, and no session is left there. */
  vanish(): void
  /** What comes from now on gets through; what was lost on the way stays lost. */
  whole(): void
  mend(): void
}

/** The same database by a wire that a test can cut. */
export async function cuttableDatabase(
  t: Test,
  url: string,
  options: { answerMs?: number; max?: number } = {},
): Promise<CuttableDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'debrief-wire-'))
  const target = new URL(url)
  const host = target.searchParams.get('host')
  const port = Number(target.port || 5432)
  const wires = new Set<Socket>()
  const ends = new Map<Socket, Socket>()
  const deaf = new Set<Socket>()
  let state: 'whole' | 'cut' | 'hanging' = 'whole'

  const proxy = createServer(near => {
    near.on('error', () => undefined)
    if (state === 'cut') return void near.destroy()
    wires.add(near)
    if (state === 'hanging') return
    const far = host?.startsWith('/')
      ? connect(join(host, `.s.PGSQL.${port}`))
      : connect(port, target.hostname)
    ends.set(near, far)
    far.on('error', () => !deaf.has(near) && near.destroy())
    far.on('close', () => !deaf.has(near) && near.destroy())
    near.on('close', () => {
      wires.delete(near)
      ends.delete(near)
      far.destroy()
    })
    // Not pipes: a wire that hangs swallows what it is given.
    near.on('data', chunk => !deaf.has(near) && far.write(chunk))
    far.on('data', chunk => state === 'whole' && !deaf.has(near) && near.write(chunk))
  })
  await new Promise<void>(resolve => proxy.listen(join(folder, '.s.PGSQL.5432'), resolve))

  const wired = new URL(url)
  wired.searchParams.set('host', folder)
  wired.port = '5432'
  const database = openDatabase({ url: wired.href, log: pino({ level: 'silent' }), max: 4, ...options })
  t.teardown(async () => {
    for (const wire of wires) wire.destroy()
    await database.close()
    proxy.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    ...database,
    url: wired.href,
    cut() {
      state = 'cut'
      for (const wire of wires) wire.destroy()
    },
    hang() {
      state = 'hanging'
    },
    swallow() {
      for (const wire of wires) deaf.add(wire)
    },
    vanish() {
      for (const [near, far] of ends) {
        deaf.add(near)
        far.destroy()
      }
    },
    whole() {
      state = 'whole'
    },
    mend() {
      state = 'whole'
      for (const wire of wires) wire.destroy()
    },
  }
}
