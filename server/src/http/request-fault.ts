import type { RequestCode } from '@debrief/shared'

/** The request failed with one of the known codes; thrown anywhere, answered by the error handler. */
export class RequestFault extends Error {
  override name = 'RequestFault'
  readonly code: RequestCode
  readonly headers: Record<string, string>

  constructor(code: RequestCode, detail: string, headers: Record<string, string> = {}) {
    super(detail)
    this.code = code
    this.headers = headers
  }
}
