import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import {
  DEFAULT_MAX_FILE_BYTES,
  isStatsFileName,
  type Receipt,
  readFileName,
  toInstant,
} from '@debrief/shared'
import type { Clock } from '../clock.ts'
import { isSameLook, QUIET_FOR_SLOW_MS } from '../delivery/settle.ts'
import type { IngestServer } from '../http/ingest-server.ts'
import type { FileSource, SourceEntry } from '../source/source.ts'
import { explainWaiting } from './explain-waiting.ts'
import type { Explanation } from './explanation.ts'
import type { FileRecord } from './history.ts'
import type { AgentStatus } from './status-file.ts'

interface ExplainContext {
  source: FileSource
  server: IngestServer
  clock: Clock
  /** Of the running agent; null if none runs. */
  status: AgentStatus | null
  history: { latest(name: string): FileRecord | undefined }
}

/**
 * The whole story of one file. What the folder holds is looked at now, and whether the server has it is asked of the
 * server now: notes of the agent only add when and how.
 */
export async function explainFile(
  context: ExplainContext,
  given: string,
  signal: AbortSignal,
): Promise<Explanation> {
  const name = basename(given)
  if (!isStatsFileName(name)) return explainName(name)
  const record = context.history.latest(name)
  const story = record ? [tellRecord(record)] : []

  const entry = await context.source.look(name, signal)
  if (!entry) return explainAbsent(context, name, record, story, signal)
  story.unshift(
    `It lies in ${context.source.place}: ${entry.bytes} bytes, last written ${toInstant(entry.mtimeMs) ?? 'at a time that no clock shows'}.`,
  )
  if (entry.bytes > DEFAULT_MAX_FILE_BYTES) {
    const lines = [
      ...story,
      `No stats file is larger than ${DEFAULT_MAX_FILE_BYTES} bytes, so it is neither read nor sent.`,
    ]
    return { verdict: 'too_large', lines, advice: 'Look at what wrote it, and move it out of the folder.' }
  }

  const content = await readStill(context, entry, signal)
  if (!content) {
    const lines = [...story, 'It is being written at this moment. It is sent once it has stopped growing.']
    return { verdict: 'growing', lines, advice: null }
  }
  const sha256 = createHash('sha256').update(content).digest('hex')
  story.push(`Its sha256 is ${sha256}.`)
  const upload = { name, content, sha256, mtimeMs: entry.mtimeMs, source: context.source.kind }
  return askAbout(context, upload, record, story, signal)
}

function explainName(name: string): Explanation {
  const verdict = readFileName(name)
  const why =
    verdict.kind === 'bad'
      ? verdict.reason
      : 'The game writes stats files as YYYY-MM-DD-HHMMSS-<map>-round-<1|2>.txt.'
  return {
    verdict: 'not_a_stats_file',
    lines: [`${name} is not the name of a stats file, so it is not sent. ${why}`],
    advice: null,
  }
}

async function explainAbsent(
  { source, server }: ExplainContext,
  name: string,
  record: FileRecord | undefined,
  story: string[],
  signal: AbortSignal,
): Promise<Explanation> {
  story.unshift(`It does not lie in ${source.place}.`)
  if (!record) {
    const lines = [...story, 'This agent has no note of it either.']
    return {
      verdict: 'unknown',
      lines,
      advice: 'Check the name; `debrief-agent doctor` tells whether this is the right folder.',
    }
  }
  const answer = await server.missing(
    { files: [{ name, bytes: record.bytes, sha256: record.sha256 }] },
    signal,
  )
  if (answer.kind !== 'answered') {
    return {
      verdict: 'unknown',
      lines: [...story, `The server cannot be asked now: ${answer.reason}`],
      advice: null,
    }
  }
  if (answer.missing.has(name)) {
    const lines = [
      ...story,
      'It was delivered, and the server lost it: it says that it does not have it (any more).',
    ]
    return {
      verdict: 'unknown',
      lines,
      advice: 'If you have the file elsewhere: `debrief-agent push <file>`.',
    }
  }
  const verdict =
    record.outcome === 'rejected' ? 'rejected' : record.outcome === 'ignored' ? 'ignored' : 'delivered'
  return { verdict, lines: [...story, 'The server confirms that it has these bytes.'], advice: null }
}

async function askAbout(
  context: ExplainContext,
  upload: Parameters<IngestServer['upload']>[0],
  record: FileRecord | undefined,
  story: string[],
  signal: AbortSignal,
): Promise<Explanation> {
  const { name, sha256, content } = upload
  const answer = await context.server.missing({ files: [{ name, bytes: content.length, sha256 }] }, signal)
  if (answer.kind !== 'answered') return explainWaiting(context.status, name, answer, story)
  if (answer.missing.has(name)) {
    if (record?.sha256 === sha256 && record.outcome !== 'refused') {
      story.push(
        `It was delivered, and the server lost it: these very bytes were answered ${record.at}, and are not there any more ` +
          '(a database put back from a backup, or one that took over). It is sent again.',
      )
    }
    return explainWaiting(context.status, name, null, story)
  }

  story.push('The server confirms that it has these bytes.')
  // A dry run stores nothing and brings the receipt of then.
  const told = await context.server.upload(upload, signal, { dryRun: true })
  if (told.kind === 'rejected' || (told.kind === 'delivered' && told.receipt.status === 'rejected')) {
    const problem = told.kind === 'rejected' ? told : told.receipt.problem
    const line = problem?.line ? ` (line ${problem.line})` : ''
    story.push(`It rejected them: ${problem?.code ?? 'rejected'}: ${problem?.detail ?? ''}${line}`)
    return {
      verdict: 'rejected',
      lines: story,
      advice: 'The same bytes are not sent again. A corrected or longer file is, by itself.',
    }
  }
  if (told.kind !== 'delivered') return { verdict: 'delivered', lines: story, advice: null }
  story.push(tellReceipt(told.receipt))
  if (told.receipt.status === 'ignored') return { verdict: 'ignored', lines: story, advice: null }
  const wasThereBefore = record?.sha256 === sha256 && record.duplicate
  if (wasThereBefore)
    story.push('It was there before this agent sent it: another way, or an answer that was lost.')
  return { verdict: wasThereBefore ? 'duplicate' : 'delivered', lines: story, advice: null }
}

/** The content, if the file stands still while we look; null if it grows, or ends within a line that is still young. */
async function readStill(
  { source, clock }: ExplainContext,
  entry: SourceEntry,
  signal: AbortSignal,
): Promise<Buffer | null> {
  await clock.sleep(Math.max(QUIET_FOR_SLOW_MS, source.quietMs), signal)
  const again = await source.look(entry.name, signal)
  if (!again || !isSameLook(again, entry)) return null
  const read = await source.read(entry, signal)
  if (read.kind !== 'content') return null
  const isCut = read.content.at(-1) !== 0x0a
  return isCut && clock.wall() - entry.mtimeMs < 3_000 ? null : read.content
}

function tellRecord(record: FileRecord): string {
  const what = record.code ? `${record.outcome} (${record.code}: ${record.detail ?? ''})` : record.outcome
  const round = record.roundId === null ? '' : `, round ${record.roundId}`
  return `This agent's note: ${record.bytes} bytes (${record.sha256.slice(0, 12)}…) answered ${record.at} with ${what}${round}.`
}

function tellReceipt({ status, file, round, problem }: Receipt): string {
  const when = file.receivedAt ? ` It came at ${file.receivedAt}.` : ''
  if (status === 'ignored')
    return `It makes no round (${problem?.code ?? status}: ${problem?.detail ?? ''}).${when}`
  if (!round) return `Its receipt says: ${status}.${when}`
  return `It is round ${round.id}: ${round.map} round ${round.roundNumber}, ${round.players} players, session ${round.gamingSessionId}, ${round.status}.${when}`
}
