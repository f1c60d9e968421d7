import { type Kysely, sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import type { Logger } from '../log/logger.ts'
import { enqueue } from '../outbox/enqueue.ts'
import { nextVoiceStep, type OpenVoice, type VoiceRules, type VoiceStep } from './next-voice-step.ts'

interface Context {
  db: Kysely<DB>
  log: Logger
  rules: VoiceRules
  now(): Date
}

export interface VoiceWatch {
  /** Takes in how many are there now; null: not known. Called at every change, and every second. */
  observe(people: number | null): Promise<void>
}

/** Stage 7: notices a gathering in voice and its end, and writes both down before anything follows from them. */
export function watchVoice({ db, log, rules, now }: Context): VoiceWatch {
  let open: (OpenVoice & { id: number }) | null | undefined
  let busy = Promise.resolve()

  return {
    observe(people) {
      busy = busy
        .then(() => step(people))
        .catch(err => {
          // What was read may no longer be what stands there.
          open = undefined
          log.warn({ err }, 'The voice channels could not be written down; trying again')
        })
      return busy
    },
  }

  async function step(people: number | null): Promise<void> {
    if (people === null) return
    if (open === undefined) open = await readOpen(db)
    const at = now()
    const current = open
    const next = nextVoiceStep(current, people, at, rules)
    if (!next) return
    open = await db.transaction().execute(trx => write(trx, next, current, at))
    log.info({ people, voice: open?.id }, SENTENCES[next])
  }
}

const SENTENCES: Record<VoiceStep, string> = {
  begin: 'Voice: a session has begun',
  low: 'Voice: hardly anybody is left',
  recover: 'Voice: they are back',
  end: 'Voice: the session has ended',
}

async function readOpen(db: Kysely<DB>): Promise<(OpenVoice & { id: number }) | null> {
  const row = await db
    .selectFrom('voice_sessions')
    .select(['voice_session_id as id', 'low_since as lowSince'])
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

async function write(
  trx: Transaction<DB>,
  step: VoiceStep,
  open: (OpenVoice & { id: number }) | null,
  at: Date,
): Promise<(OpenVoice & { id: number }) | null> {
  if (step === 'begin') {
    const row = await trx
      .insertInto('voice_sessions')
      .values({ began_at: at, last_round_before: sql`(select coalesce(max(round_id), 0) from rounds)` })
      .returning('voice_session_id as id')
      .executeTakeFirstOrThrow()
    return { id: row.id, lowSince: null }
  }
  if (!open) return null
  const lowSince = step === 'recover' ? null : (open.lowSince ?? at)
  await trx
    .updateTable('voice_sessions')
    .set({ low_since: lowSince, ...(step === 'end' && { ended_at: at }) })
    .where('voice_session_id', '=', open.id)
    .execute()
  if (step !== 'end') return { id: open.id, lowSince }
  await enqueue(trx, [
    { kind: 'voice_ended', subject: `voice ${open.id}`, payload: { voiceSessionId: open.id } },
  ])
  return null
}
