import { lookup } from 'node:dns/promises'
import { type Finding, failed, ok } from '@debrief/shared'
import type { AgentConfig } from '../config.ts'
import type { IngestServer } from '../http/ingest-server.ts'
import { messageOf } from '../message-of.ts'
import { away } from './away.ts'
import { checkHealth } from './check-health.ts'
import { checkTls } from './check-tls.ts'
import { hostOf } from './host-of.ts'

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
  const host = hostOf(ingestUrl)
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
