import type { RejectionCode } from '@debrief/shared'

/**
 * Thrown inside the parser only, and caught at its border: a damaged file is an expected outcome, and the code that
 * finds the damage stands deep inside loops.
 */
export class Rejection extends Error {
  readonly code: RejectionCode
  /** Counts from 1; null where no line is to blame. */
  readonly line: number | null

  constructor(code: RejectionCode, line: number | null, detail: string) {
    super(detail)
    this.code = code
    this.line = line
  }
}
