import { parseArgs } from 'node:util'
import { progress } from '../../cli/progress.ts'
import { withDatabase } from '../../cli/with-database.ts'
import { seedHistory } from './seed-history.ts'

const HELP = `pnpm bench:seed [--rounds N] [--players N] [--seed N] [--until YYYY-MM-DD]

Fills the database of the settings (DATABASE_URL, or the embedded one in DATA_DIR), which must be empty, with an
invented history: the same one for the same options.

  --rounds N          rounds (100000: some minutes, 4 GB)
  --players N         people who play them (2000)
  --seed N            another number is another history (1)
  --until YYYY-MM-DD  the newest evening is of the day before (today)
`

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100000' },
    players: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    until: { type: 'string', default: new Date().toISOString().slice(0, 10) },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(HELP)
  process.exit(0)
}

const options = {
  rounds: whole('rounds', values.rounds, 1),
  players: whole('players', values.players, 100),
  seed: whole('seed', values.seed, 0),
  until: day(values.until),
}
try {
  await withDatabase(async ({ db, pool, signal }) => {
    const startedAt = performance.now()
    const bars = { rounds: progress('rounds'), sums: progress('sums  ') }
    try {
      await seedHistory(
        { db, pool },
        { ...options, signal, onProgress: (step, ...at) => bars[step].show(...at) },
      )
    } finally {
      bars.rounds.end()
      bars.sums.end()
    }
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    process.stdout.write(
      `${options.rounds} rounds of ${options.players} players, seed ${options.seed}, in ${seconds} s\n`,
    )
  })
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= least) return value
  return refuse(`--${name}: a whole number of at least ${least} is expected, not ${text}.`)
}

function day(text: string): Date {
  const date = new Date(text)
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime())) return date
  return refuse(`--until: a date such as 2026-05-08 is expected, not ${text}.`)
}

function refuse(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}
