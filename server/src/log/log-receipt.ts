import { printable, type Receipt, readFileName } from '@debrief/shared'
import type { Logger } from './logger.ts'

/** What became of a file, in one line for people (database.log) that carries its digest for machines. */
export function logReceipt(
  log: Logger,
  receipt: Receipt,
  facts: { server: string; source: string; tokenId: number; address: string },
): void {
  const { file, round, problem, warnings } = receipt
  const importLog = log.child({ component: 'import', sha256: file.sha256, file: file.name, ...facts })
  importLog.info(
    {
      status: receipt.status,
      duplicate: receipt.duplicate,
      code: problem?.code,
      round: round?.id,
      tookMs: receipt.tookMs,
    },
    `${verdict(receipt)} [${(receipt.tookMs / 1000).toFixed(2)}s]`,
  )
  // A duplicate's warnings were logged when it first came.
  if (receipt.duplicate) return
  for (const { code, check, expected, actual, message } of warnings) {
    importLog.warn(
      { code, check, expected, actual, round: round?.id },
      `⚠ ${printable(file.name)}: ${check === undefined ? '' : `check ${check}: `}${printable(message)}`,
    )
  }
}

function verdict({ status, duplicate, file, round, problem }: Receipt): string {
  const name = printable(file.name)
  if (duplicate) return `= Received before, ${status}: ${name}`
  const line = problem?.line ? `, line ${problem.line}` : ''
  const why = problem ? `${printable(problem.detail)} (${problem.code}${line})` : ''
  switch (status) {
    case 'imported':
      // Awards belong to a round that is another file's, or not here yet.
      if (readFileName(file.name).kind === 'endstats')
        return `✓ Imported ${name}: awards of ${round ? `round ${round.id}` : 'a round that is not here yet'}`
      return `✓ Imported ${name}: ${round?.players ?? 0} players, ${round?.weapons ?? 0} weapons`
    case 'rejected':
      return `✗ Rejected ${name}: ${why}`
    case 'ignored':
      return `– Ignored ${name}: ${why}`
  }
}
