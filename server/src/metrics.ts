import type { Receipt, Source } from '@debrief/shared'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { collectProcessMetrics } from './process-metrics.ts'

export type Metrics = ReturnType<typeof createMetrics>

/** Everything that `/metrics` tells, in a registry of its own: two servers in one process do not mix. */
export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  collectProcessMetrics(registry)
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers })
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers })

  return {
    registry,
    files: counter('debrief_files_total', 'Files received, by what became of them.', ['outcome', 'source']),
    rejected: counter('debrief_files_rejected_total', 'Files rejected, by code.', ['code']),
    warnings: counter('debrief_warnings_total', 'Warnings stored with imported rounds, by code.', ['code']),
    uploadBytes: counter('debrief_upload_bytes_total', 'Bytes of the files received.'),
    importSeconds: new Histogram({
      name: 'debrief_import_seconds',
      help: 'From the whole file in memory to its committed receipt.',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'debrief_http_request_seconds',
      help: 'HTTP requests by route and status.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10],
      registers,
    }),
    certificateEnd: gauge(
      'debrief_tls_certificate_end_seconds',
      'When the certificate in use ends, in seconds since 1970; 0 where a proxy ends TLS.',
    ),
    discordOnline: gauge('debrief_discord_online', '1 while the bot of this process is online.'),
    filesOfOldRules: gauge(
      'debrief_files_of_old_rules',
      'Stored files that are still to be read by newer rules.',
    ),
    liveReaders: gauge('debrief_live_readers', 'Pages that refresh themselves just now.'),
    databaseUp: gauge('debrief_database_up', '1 when the database answered this scrape.'),
    poolConnections: gauge('debrief_database_pool_connections', 'Connections of the pool.', ['state']),
    outboxWaiting: gauge('debrief_outbox_waiting', 'Events that wait to be posted.'),
    outboxSetAside: gauge(
      'debrief_outbox_set_aside',
      'Events that cannot be posted as they are; `debrief outbox list` says why.',
    ),
    postsBeatSeconds: gauge(
      'debrief_posts_beat_age_seconds',
      'Since the bot of this process last began something; above 120 it is stuck. 0 where it posts nothing.',
    ),
    bugs: counter('debrief_discord_bugs_total', 'Faults of our own that posts and commands met.'),
    outboxOldestSeconds: gauge(
      'debrief_outbox_oldest_seconds',
      'Age of the oldest waiting event; 0 when none waits.',
    ),
    newestFileSeconds: gauge('debrief_newest_file_age_seconds', 'Age of the newest file of a game server.', [
      'server',
    ]),
    agentSilentSeconds: gauge(
      'debrief_agent_silent_seconds',
      'Time since an agent’s last heartbeat.',
      AGENT_LABELS,
    ),
    agentWaiting: gauge('debrief_agent_waiting_files', 'Files that an agent says it holds.', AGENT_LABELS),
    agentOldestSeconds: gauge(
      'debrief_agent_oldest_waiting_seconds',
      'Age of the oldest file that an agent holds; 0 when it holds none.',
      AGENT_LABELS,
    ),
  }
}

const AGENT_LABELS = ['server', 'agent']

export function observeReceipt(metrics: Metrics, receipt: Receipt, source: Source): void {
  const { status, duplicate, file, problem, warnings, tookMs } = receipt
  metrics.files.inc({ outcome: duplicate ? 'duplicate' : status, source })
  metrics.uploadBytes.inc(file.bytes)
  if (duplicate) return
  metrics.importSeconds.observe(tookMs / 1000)
  if (status === 'rejected' && problem) metrics.rejected.inc({ code: problem.code })
  for (const { code } of warnings) metrics.warnings.inc({ code })
}
