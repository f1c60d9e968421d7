import type { HeartbeatRequest, HeartbeatResponse, MissingRequest, Receipt } from '@debrief/shared'
import { askMissing } from './ask-missing.ts'
import { type Connections, openConnections } from './call.ts'
import { sendHeartbeat } from './send-heartbeat.ts'
import { type Upload, uploadFile } from './upload-file.ts'

/** What a request came to. Everything that is not a plain answer of a Debrief server is a reason to try again. */
export type Unanswered =
  /** `fault`: whether the server answered about this very request (5xx), or could not be spoken to at all. */
  | { kind: 'retry'; reason: string; retryAfterMs: number | null; fault: 'request' | 'server' }
  | { kind: 'unauthorized'; reason: string }

export type UploadOutcome =
  | { kind: 'delivered'; receipt: Receipt }
  /** The server keeps the bytes and says that they are no good; the same bytes are not sent again. */
  | { kind: 'rejected'; code: string; detail: string; line: number | null; receipt: Receipt | null }
  /** The server will not take these bytes at all (too large, malformed); the same bytes are not sent again. */
  | { kind: 'refused'; code: string; detail: string }
  | Unanswered

export type MissingOutcome = { kind: 'answered'; missing: Set<string> } | Unanswered
export type HeartbeatOutcome =
  | { kind: 'answered'; answer: HeartbeatResponse }
  | { kind: 'unknown_route' }
  | Unanswered

export interface HttpTimeouts {
  connectMs: number
  /** Until the head of the answer, and between two pieces of its body. */
  silenceMs: number
  /** Everything: against a server that sends one byte a minute. */
  totalMs: number
}

export const HTTP_TIMEOUTS: HttpTimeouts = { connectMs: 10_000, silenceMs: 30_000, totalMs: 90_000 }

export interface Caller {
  origin: URL
  token: () => string
  connections: Connections
}

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
