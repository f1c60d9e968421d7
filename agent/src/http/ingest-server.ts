import type { HeartbeatRequest, MissingRequest } from '@debrief/shared'
import { askMissing } from './ask-missing.ts'
import { HTTP_TIMEOUTS, type HttpTimeouts, openConnections } from './call.ts'
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
}

/** The server as the agent sees it: three requests over a few kept connections. */
export function connectIngestServer(options: IngestServerOptions): IngestServer {
  const { ingestUrl, token, caCert, timeouts = HTTP_TIMEOUTS } = options
  const connections = openConnections(ingestUrl, caCert, timeouts)
  const caller: Caller = { origin: ingestUrl, token, connections }
  return {
    upload: (file, signal, { dryRun = false } = {}) => uploadFile(caller, file, signal, dryRun),
    missing: (request, signal) => askMissing(caller, request, signal),
    heartbeat: (request, signal) => sendHeartbeat(caller, request, signal),
    close: () => connections.agent.destroy(),
  }
}
