import { plural } from '../../../report/forms.ts'
import type { RoundReport } from '../../../report/round-report.ts'
import { localTime } from '../dates.ts'
import { type Html, html } from '../html.ts'

/** What came, when, from whom: the proof that this round is this file. */
export function receiptSection({ file, timezone, rulesVersion }: RoundReport): Html {
  const { name, sha256, bytes, source, receivedAt, processedAt, modifiedAt } = file
  const rows: [string, string | null][] = [
    ['File', name],
    ['SHA-256', sha256],
    ['Size', plural(bytes, 'byte')],
    ['Sent by', SOURCES[source]],
    ['Last modified', modifiedAt === null ? null : localTime(modifiedAt, timezone)],
    ['Received', localTime(receivedAt, timezone)],
    ['Processed', localTime(processedAt, timezone)],
    ['Read by', rulesVersion === null ? null : `version ${rulesVersion} of the rules`],
  ]
  return html`<section aria-labelledby="receipt"><h2 id="receipt">Receipt of the file</h2>
<dl class="panel receipt">${rows.map(
    ([label, value]) => value !== null && html`<div><dt>${label}</dt><dd>${value}</dd></div>`,
  )}</dl>
<p class="quiet">Times in ${timezone}. The bytes are kept: every figure can be made again from them.</p></section>`
}

const SOURCES = {
  agent: 'the agent on the game server',
  ssh: 'the agent, over SSH',
  manual: 'hand, or a script',
} as const
