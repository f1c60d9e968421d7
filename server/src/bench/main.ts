import { mkdir, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { backfill } from './cases/backfill.ts'
import { closeToPost } from './cases/close-to-post.ts'
import { closeToRow } from './cases/close-to-row.ts'
import { coldStart } from './cases/cold-start.ts'
import { crowdedDay } from './cases/crowded-day.ts'
import { idle } from './cases/idle.ts'
import { liveRound } from './cases/live-round.ts'
import { manyServers } from './cases/many-servers.ts'
import { parseAndDerive } from './cases/parse-derive.ts'
import { pictures } from './cases/pictures.ts'
import { reconcile } from './cases/reconcile.ts'
import { scale } from './cases/scale.ts'
import { describeMachine } from './describe-machine.ts'
import type { Measurement } from './measurement.ts'
import { markdownTable, toCells } from './print-table.ts'
import { writeReadmeTable } from './readme-table.ts'
import { openWorld, type World } from './world.ts'

/** In the order of the table. */
const CASES: Record<string, (world: World) => Promise<Measurement[]>> = {
  backfill,
  'many-servers': manyServers,
  'live-round': liveRound,
  'crowded-day': crowdedDay,
  'parse-derive': parseAndDerive,
  'close-to-row': closeToRow,
  'close-to-post': closeToPost,
  reconcile,
  pictures,
  'cold-start': coldStart,
  idle,
  scale,
}
/** Of a history of years: half an hour, and only when named. */
const BY_NAME = ['scale']

const HELP = `pnpm bench [--only CASE]… [--files N] [--short] [--histories URL] [--record]

Measures what is claimed about speed, each figure beside its limit or a peer in the same run.

  --only CASE  ${Object.keys(CASES).join(', ')} (${BY_NAME.join(', ')}: only when named)
  --files N    files of the backfill (5000)
  --histories  a PostgreSQL server: what scale seeds stays there in bench_scale_…, and is taken again
  --short      all of it once, to see that it works; too little for figures that mean something
  --record     keeps the result in docs/bench/, and makes the table in the README of it
`

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    files: { type: 'string' },
    histories: { type: 'string' },
    short: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(HELP)
  process.exit(0)
}
const chosen = values.only ?? Object.keys(CASES).filter(name => !BY_NAME.includes(name))
const unknown = chosen.find(name => !Object.hasOwn(CASES, name))
const files = Number(values.files ?? 5_000)
if (unknown !== undefined || !Number.isInteger(files) || files < 1) {
  const fault =
    unknown === undefined ? `--files: ${values.files} is no count.` : `There is no case "${unknown}".`
  process.stderr.write(`${fault}\n${HELP}`)
  process.exit(2)
}

const world = await openWorld({ isShort: values.short, histories: values.histories ?? null })
const measurements: Measurement[] = []
try {
  for (const name of chosen) {
    process.stderr.write(`measuring ${name}…\n`)
    const found =
      name === 'backfill' && values.files ? await backfill(world, files) : await CASES[name]?.(world)
    for (const measurement of found ?? []) {
      measurements.push(measurement)
      const [ratio, reach, isReached, what, value, peer] = toCells(measurement)
      const verdict = isReached === 'no' ? 'NOT REACHED' : ''
      process.stdout.write(
        `${[ratio?.padStart(6), what, value, peer, reach, verdict].filter(Boolean).join('  ')}\n`,
      )
    }
  }
} finally {
  await world.stop()
}
if (values.record) {
  const machine = describeMachine()
  const folder = new URL('../../../docs/bench/', import.meta.url)
  await mkdir(folder, { recursive: true })
  const name = `${machine.date}-${machine.commit}.json`
  await writeFile(new URL(name, folder), `${JSON.stringify({ ...machine, measurements }, null, 2)}\n`)
  await writeReadmeTable(machine, markdownTable(measurements))
  process.stdout.write(`Kept as docs/bench/${name}; the table in the README is made of it.\n`)
}
