import { agentUpdateLine, type Finding, failed, ok, warning } from '@debrief/shared'
import type { AgentConfig } from '../config.ts'
import { type Answer, call, openConnections } from '../http/call.ts'
import { HTTP_TIMEOUTS } from '../http/http-timeouts.ts'
import type { IngestServer } from '../http/ingest-server.ts'
import { messageOf } from '../message-of.ts'
import { isOlder, USER_AGENT, VERSION } from '../version.ts'
import { away } from './away.ts'

const CLOCK_OFF_MS = 60_000

/** Whether it is ready, of which version, and whether its clock is ours. */
export async function checkHealth(
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
