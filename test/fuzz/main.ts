import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'

/**
 * `pnpm fuzz`: the long form of fuzz.test.ts, with a budget. It ends at the first of the two that is used up, for each
 * target; what it finds is a failing test with the bytes that do it.
 */
const { values } = parseArgs({
  options: {
    target: { type: 'string', short: 't' },
    seconds: { type: 'string', short: 's', default: '60' },
    inputs: { type: 'string', short: 'n', default: '1000000' },
    requests: { type: 'string', short: 'r', default: '50000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

const USAGE = `Usage: pnpm fuzz [option]…
  -t, --target <name>    stats-file, endstats-file, file-name, multipart-form or http; all of them when absent
  -s, --seconds <n>      at most so long for each target (60)
  -n, --inputs <n>       at most so many inputs to each parser (1000000)
  -r, --requests <n>     at most so many requests to the API (50000)
      --seed <n>         the same numbers again
`

if (values.help) process.stdout.write(USAGE)
else {
  const env = {
    ...process.env,
    FUZZ_TARGET: values.target ?? '',
    FUZZ_SECONDS: values.seconds,
    FUZZ_INPUTS: values.inputs,
    FUZZ_REQUESTS: values.requests,
    FUZZ_SEED: values.seed,
  }
  const patience = `--timeout=${Number(values.seconds) * 6 + 300}`
  const run = spawn('tap', ['--disable-coverage', patience, '--reporter=tap', 'test/fuzz/fuzz.test.ts'], {
    env,
    stdio: 'inherit',
  })
  run.on('error', error => {
    process.stderr.write(`The tests cannot be started (${error.message}). Start it as \`pnpm fuzz\`.\n`)
    process.exitCode = 1
  })
  run.on('close', code => {
    process.exitCode = code ?? 1
  })
}
