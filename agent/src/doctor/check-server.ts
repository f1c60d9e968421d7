import { lookup } from 'node:dns/promises'
import { connect } from 'node:tls'
import { agentUpdateLine, type Finding, failed, ok, passing, warning } from '@debrief/shared'
import type { AgentConfig } from '../config.ts'
import { type Answer, call, openConnections } from '../http/call.ts'
import { HTTP_TIMEOUTS } from '../http/http-timeouts.ts'
import type { IngestServer } from '../http/ingest-server.ts'
import { trustedCertificates } from '../http/trusted-certificates.ts'
import { isOlder, USER_AGENT, VERSION } from '../version.ts'

const LIMIT_MS = 10_000
const SOON_MS = 14 * 86_400_000
const CLOCK_OFF_MS = 60_000

/** From the name to the token, in the order in which they are needed; ends at the first that fails. */
export async function checkServer(
  config: AgentConfig,
  server: IngestServer,
  signal: AbortSignal,
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const check of [checkName, checkTls, checkHealth, checkToken]) {
    const found = await check(config, server, signal)
    findings.push(...found)
    if (found.some(({ state }) => state === 'failed')) break
  }
  return findings
}

async function checkName({ ingestUrl }: AgentConfig): Promise<Finding[]> {
  const host = ingestUrl.hostname.replace(/^\[|\]$/g, '')
  try {
    const addresses = await lookup(host, { all: true })
    return [ok('name', `${host} is ${addresses.map(({ address }) => address).join(', ')}.`)]
  } catch (error) {
    return [
      away(
        'name',
        `${host} cannot be resolved (${messageOf(error)}).`,
        'Check INGEST_URL for a typing error, and the name servers of this host (/etc/resolv.conf).',
      ),
    ]
  }
}

function checkTls(config: AgentConfig): Promise<Finding[]> {
  const { ingestUrl, caCert } = config
  if (ingestUrl.protocol !== 'https:')
    return Promise.resolve([ok('TLS', 'Not used: the server is on this machine.')])
  const host = ingestUrl.hostname.replace(/^\[|\]$/g, '')
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

async function checkHealth(
  config: AgentConfig,
  _server: IngestServer,
  signal: AbortSignal,
): Promise<Finding[]> {
  const connections = openConnections(config.ingestUrl, config.caCert, HTTP_TIMEOUTS)
  const get = (path: string) =>
    call(
      connections,
      { method: 'GET', url: atServer(config, path), headers: { 'user-agent': USER_AGENT }, body: null },
      signal,
    )
  try {
    const answer = await get('/readyz')
    const clock = toClock(answer.headers.date)
    const version = readVersion(await get('/healthz'))
    return [toHealth(answer, version), ...toVersions(version, config), ...(clock ? [clock] : [])]
  } catch (error) {
    return [
      away(
        'server',
        `No answer (${messageOf(error)}).`,
        'Is the server running, and is INGEST_URL its address?',
      ),
    ]
  } finally {
    connections.close()
  }
}

/** An origin may have a path, where a proxy serves Debrief below one. */
function atServer({ ingestUrl }: AgentConfig, path: string): URL {
  return new URL(`.${path}`, ingestUrl.pathname.endsWith('/') ? ingestUrl : `${ingestUrl.href}/`)
}

/** Null: it does not tell. */
function readVersion({ status, text }: Answer): string | null {
  return status === 200 ? (/"version"\s*:\s*"(\d[^"]{0,30})"/.exec(text)?.[1] ?? null) : null
}

function toHealth({ status }: Answer, version: string | null): Finding {
  if (status === 200) return ok('server', `It is ready${version ? ` (version ${version})` : ''}.`)
  if (status === 503)
    return warning(
      'server',
      'It runs, but is not ready (its database is away).',
      'Nothing to do here: uploads wait and go out by themselves.',
    )
  return failed(
    'server',
    `It answers ${status}: not a Debrief server.`,
    'Check INGEST_URL: the address of the server alone.',
  )
}

function toVersions(server: string | null, { ingestUrl }: AgentConfig): Finding[] {
  if (server === null || server === VERSION) return []
  if (isOlder(VERSION, server)) {
    const advice = `Update it: ${agentUpdateLine(ingestUrl.href)}`
    return [warning('versions', `This agent has version ${VERSION}, its server ${server}.`, advice)]
  }
  return [ok('versions', `This agent has version ${VERSION}, its server ${server}: the agent may be newer.`)]
}

/** A difference of a minute or more; times of the files would look wrong to the server. */
function toClock(date: string | undefined): Finding | null {
  const server = Date.parse(String(date))
  if (Number.isNaN(server)) return null
  const offMs = Date.now() - server
  if (Math.abs(offMs) > CLOCK_OFF_MS) {
    return warning(
      'clock',
      `This host is ${Math.round(offMs / 1000)} s away from the server.`,
      'Set the clock of whichever is wrong (timedatectl set-ntp true).',
    )
  }
  return ok('clock', 'It agrees with the server’s.')
}

async function checkToken(
  _config: AgentConfig,
  server: IngestServer,
  signal: AbortSignal,
): Promise<Finding[]> {
  const answer = await server.missing({ files: [] }, signal)
  switch (answer.kind) {
    case 'answered':
      return [ok('token', 'The server takes it.')]
    case 'unauthorized':
      return [
        failed(
          'token',
          answer.reason,
          'Ask the admin of the server for a new one (`debrief token create <game-server-name>`) and put it into INGEST_TOKEN.',
        ),
      ]
    case 'retry':
      return [away('token', answer.reason, 'It could not be tried; look at the line above, and try again.')]
  }
}

/** What may be another hour's: the server, the network, the names. */
function away(what: string, detail: string, advice: string): Finding {
  return passing(failed(what, detail, advice), 'server')
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
