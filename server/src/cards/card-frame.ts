import { plural } from '../report/forms.ts'
import type { SessionReport } from '../report/session-report.ts'

/** What all cards of a session have in common. */
export interface CardFrame {
  url: string | null
  footer: string
}

export function cardFrame(report: SessionReport, { publicUrl }: { publicUrl: string | null }): CardFrame {
  const { session, rounds, local } = report
  return {
    url: publicUrl === null ? null : `${publicUrl}/sessions/${session}`,
    footer: `Session ${session} · ${plural(rounds.counted, 'round')} counted · data of ${local.changed}`,
  }
}
