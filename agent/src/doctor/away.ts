import { type Finding, failed, passing } from '@debrief/shared'

/** What may be another hour's: the server, the network, the names. */
export function away(what: string, detail: string, advice: string): Finding {
  return passing(failed(what, detail, advice), 'server')
}
