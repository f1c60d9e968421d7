import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { budgetOf } from './budget.ts'
import { fuzzTarget, type Target } from './fuzz-target.ts'
import { fuzzHttp } from './http/fuzz-http.ts'
import { endstatsFile } from './targets/endstats-file.ts'
import { fileName } from './targets/file-name.ts'
import { multipartForm } from './targets/multipart-form.ts'
import { statsFile } from './targets/stats-file.ts'

/** The short form, the same inputs every time. `pnpm fuzz` is the long one. */
const BUDGET = budgetOf(process.env)
const isAsked = (name: string) => BUDGET.target === '' || BUDGET.target === name

function fuzz<Subject>(t: Test, target: Target<Subject>): void {
  if (!isAsked(target.name)) return
  t.test(`nothing breaks a promise of the ${target.name}`, async t => {
    const { findings, ...figures } = await fuzzTarget(target, BUDGET)
    t.comment(JSON.stringify({ target: target.name, seed: BUDGET.seed, ...figures }))
    for (const { message, input } of findings) t.fail(message, { bytes: keep(target.name, input) })
    t.ok(figures.inputs > 0 && figures.coverage.reached > 0, 'inputs were tried, and counted')
    t.ok(figures.kept > 10, 'some took ways that none before had taken')
  })
}

fuzz(t, statsFile)
fuzz(t, endstatsFile)
fuzz(t, fileName)
fuzz(t, multipartForm)

if (isAsked('http')) {
  t.test('no request makes the server fail, hang, or store what it refuses', async t => {
    const { findings, ...figures } = await fuzzHttp(t, BUDGET)
    t.comment(JSON.stringify({ target: 'http', seed: BUDGET.seed, ...figures }))
    for (const { message, request } of findings)
      t.fail(message, { bytes: keep('http', Buffer.from(request, 'latin1')) })
    t.ok((figures.statuses['200'] ?? 0) > 0 && (figures.statuses['400'] ?? 0) > 0, 'good ones and bad ones')
  })
}

/** Where the bytes of a finding are: they may be long, and no terminal should see them. */
function keep(target: string, input: Buffer): string {
  const file = join(
    tmpdir(),
    `${target}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}.bin`,
  )
  writeFileSync(file, input)
  return file
}
