import type { HeartbeatRequest, MissingRequest } from '@debrief/shared'
import { askMissing } from './ask-missing.ts'
import { openConnections } from './call.ts'
import { HTTP_TIMEOUTS, type HttpTimeouts } from './http-timeouts.ts'
import type { Caller, HeartbeatOutcome, MissingOutcome, UploadOutcome } from './outcomes.ts'
import { sendHeartbeat } from './send-heartbeat.ts'
import { type Upload, uploadFile } from './upload-file.ts'

export interface IngestServer {
  upload(file: Upload, signal: AbortSignal, options?: { dryRun?: boolean }): Promise<UploadOutcome>
  missing(request: MissingRequest, signal: AbortSignal): Promise<MissingOutcome>
  heartbeat(request: HeartbeatRequest, signal: AbortSignal): Promise<HeartbeatOutcome>
  close(): void
}

export interface IngestServerOptions {
  ingestUrl: URL
  token: () => string
  caCert: string | null
  timeouts?: HttpTimeouts
  /** Every answer that names the database behind it. */
  onDatabase?: (database: string) => void
}

/** The server as the agent sees it: three requests over a few kept connections. */
export function connectIngestServer(options: IngestServerOptions): IngestServer {
  const { ingestUrl, token, caCert, timeouts = HTTP_TIMEOUTS, onDatabase = () => {} } = options
  const connections = openConnections(ingestUrl, caCert, timeouts)
  const caller: Caller = { origin: ingestUrl, token, connections }

  async function tellDatabase<O extends UploadOutcome | MissingOutcome | HeartbeatOutcome>(
    answer: Promise<O>,
  ): Promise<O> {
    const outcome = await answer
    const database = databaseOf(outcome)
    if (database !== undefined) onDatabase(database)
    return outcome
  }

  return {
    upload: (file, signal, { dryRun = false } = {}) => tellDatabase(uploadFile(caller, file, signal, dryRun)),
    missing: (request, signal) => tellDatabase(askMissing(caller, request, signal)),
    heartbeat: (request, signal) => tellDatabase(sendHeartbeat(caller, request, signal)),
    close: () => connections.close(),
  }
}

function databaseOf(outcome: UploadOutcome | MissingOutcome | HeartbeatOutcome): string | undefined {
  if ('receipt' in outcome) return outcome.receipt?.database
  if ('answer' in outcome) return outcome.answer.database
  return 'database' in outcome ? outcome.database : undefined
}
