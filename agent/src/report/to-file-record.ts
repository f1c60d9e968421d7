import type { UploadOutcome } from '../http/outcomes.ts'
import type { SourceEntry } from '../source/source.ts'
import type { FileRecord } from './history.ts'

/** The server's last word about a content, as `explain` tells it later; null if it has not spoken. */
export function toFileRecord(
  entry: SourceEntry,
  sha256: string,
  outcome: UploadOutcome,
  source: FileRecord['source'],
  at: Date,
): FileRecord | null {
  if (outcome.kind === 'retry' || outcome.kind === 'unauthorized') return null
  const receipt = outcome.kind === 'refused' ? null : outcome.receipt
  const problem = outcome.kind === 'delivered' ? receipt?.problem : outcome
  return {
    name: entry.name,
    bytes: entry.bytes,
    mtimeMs: entry.mtimeMs,
    sha256,
    outcome: outcome.kind === 'delivered' ? outcome.receipt.status : outcome.kind,
    duplicate: receipt?.duplicate ?? false,
    source,
    at: at.toISOString(),
    code: problem?.code ?? null,
    detail: problem?.detail ?? null,
    line: problem && 'line' in problem ? problem.line : null,
    roundId: receipt?.round?.id ?? null,
    gamingSessionId: receipt?.round?.gamingSessionId ?? null,
  }
}
