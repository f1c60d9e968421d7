import { connect } from 'node:tls'
import { type Finding, failed, ok, warning } from '@debrief/shared'
import type { AgentConfig } from '../config.ts'
import { trustedCertificates } from '../http/trusted-certificates.ts'
import { away } from './away.ts'
import { hostOf } from './host-of.ts'

const LIMIT_MS = 10_000
const SOON_MS = 14 * 86_400_000

/** Whether the certificate is trusted, and for how long. */
export function checkTls(config: AgentConfig): Promise<Finding[]> {
  const { ingestUrl, caCert } = config
  if (ingestUrl.protocol !== 'https:')
    return Promise.resolve([ok('TLS', 'Not used: the server is on this machine.')])
  const host = hostOf(ingestUrl)
  const port = Number(ingestUrl.port || 443)
  return new Promise(resolve => {
    const socket = connect({
      host,
      port,
      ca: trustedCertificates(caCert),
      // As the agent itself: not even NODE_TLS_REJECT_UNAUTHORIZED turns it off.
      rejectUnauthorized: true,
      ...(/[a-z]/i.test(host) ? { servername: host } : {}),
    })
    const end = (finding: Finding) => {
      socket.destroy()
      resolve([finding])
    }
    socket.setTimeout(LIMIT_MS, () =>
      end(
        away(
          'TLS',
          `${host}:${port} does not answer.`,
          'Is the server up, and does a firewall let this host reach that port?',
        ),
      ),
    )
    socket.once('error', error => end(toTlsFinding(error, host, port)))
    socket.once('secureConnect', () => {
      const left = Date.parse(socket.getPeerCertificate().valid_to) - Date.now()
      const days = Math.floor(left / 86_400_000)
      if (left < SOON_MS)
        end(
          warning(
            'TLS',
            `The certificate ends in ${days} days.`,
            'Tell the admin of the server to renew it.',
          ),
        )
      else end(ok('TLS', `${socket.getProtocol()}, the certificate is good for ${days} more days.`))
    })
  })
}

function toTlsFinding(error: Error, host: string, port: number): Finding {
  const code = 'code' in error ? String(error.code) : ''
  if (code.startsWith('ECONN') || code === 'EHOSTUNREACH' || code === 'ENETUNREACH') {
    return away(
      'TLS',
      `${host}:${port}: ${error.message}.`,
      'Is the server up, and does a firewall let this host reach that port?',
    )
  }
  if (code === 'CERT_HAS_EXPIRED')
    return failed(
      'TLS',
      'The certificate has expired.',
      'Tell the admin of the server to renew it; check the clock of this host, too.',
    )
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return failed('TLS', error.message, 'INGEST_URL must have the name that the certificate is for.')
  return failed(
    'TLS',
    `The certificate is not trusted (${code || error.message}).`,
    'If the server has a certificate of its own CA, name that CA’s PEM file in CA_CERT.',
  )
}
