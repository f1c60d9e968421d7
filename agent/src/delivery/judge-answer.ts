import type { AgentEvent } from '../events.ts'
import type { SourceEntry } from '../source/source.ts'
import type { DeliveryStep } from './deliver-file.ts'

export type Verdict =
  /** The server's last word about these bytes. `reason`: why it does not take them. */
  | { kind: 'final'; reason: string | null; event: AgentEvent; message: string; facts: object }
  | { kind: 'retry'; reason: string; fault: 'server' | 'request' }

/** What an answer means for the file it was about. */
export function judgeAnswer(
  entry: SourceEntry,
  source: 'agent' | 'ssh',
  { outcome, sha256, settleMs, waitMs, uploadMs }: Extract<DeliveryStep, { kind: 'answered' }>,
): Verdict {
  const about = { name: entry.name, source, sha256 }
  const timings = { settle: settleMs, wait: waitMs, upload: uploadMs, total: settleMs + waitMs + uploadMs }

  function notTaken(code: string, detail: string, line: number | null, message: string): Verdict {
    const event = { kind: 'rejected', ...about, code, detail, line, timings } as const
    return {
      kind: 'final',
      reason: `${code}: ${detail}`,
      event,
      message,
      facts: { ...about, code, line, detail },
    }
  }

  switch (outcome.kind) {
    case 'delivered': {
      const { receipt } = outcome
      const { status, duplicate, problem } = receipt
      if (status === 'rejected') {
        const { code = 'rejected', detail = 'The server rejected it.', line = null } = problem ?? {}
        return notTaken(code, detail, line, 'rejected by the server, before; it is not sent again')
      }
      const event = { kind: 'delivered', ...about, receipt, timings } as const
      return {
        kind: 'final',
        reason: null,
        event,
        message: 'delivered',
        facts: { ...about, status, duplicate, ...timings },
      }
    }
    case 'rejected':
      return notTaken(
        outcome.code,
        outcome.detail,
        outcome.line,
        'rejected by the server; these bytes are not sent again',
      )
    case 'refused':
      return notTaken(
        outcome.code,
        outcome.detail,
        null,
        'refused by the server; these bytes are not sent again',
      )
    case 'retry':
      return { kind: 'retry', reason: outcome.reason, fault: outcome.fault }
    case 'unauthorized':
      return { kind: 'retry', reason: outcome.reason, fault: 'server' }
  }
}
