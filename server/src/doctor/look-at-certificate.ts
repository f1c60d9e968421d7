import { type Finding, failed, ok, warning } from '@debrief/shared'
import type { Config } from '../config.ts'
import { certificateEnd } from '../tls/read-certificate.ts'

const DAY_MS = 86_400_000
/** Certificates of Let's Encrypt are renewed 30 days before their end: two weeks say that this does not work. */
const SOON_DAYS = 14

/** How long the certificate of the settings is good for. */
export function lookAtCertificate({ tls }: Pick<Config, 'tls'>, now = Date.now()): Finding[] {
  if (tls === null)
    return [ok('certificate', 'None is set: a proxy ends TLS, or only this machine comes in.')]
  const endsAt = certificateEnd(tls.cert)
  const days = Math.floor((endsAt.getTime() - now) / DAY_MS)
  const renew = `Renew it (${tls.certFile}); a server that runs takes the new one within a minute.`
  if (days < 0) return [failed('certificate', `It ended on ${endsAt.toISOString().slice(0, 10)}.`, renew)]
  if (days < SOON_DAYS) return [warning('certificate', `It ends in ${days} days.`, renew)]
  return [ok('certificate', `It is good for ${days} more days.`)]
}
