import { Routes } from 'discord.js'
import { sql } from 'kysely'
import { roundCard } from '../../cards/round-card.ts'
import { loadRoundReport } from '../../report/load-round-report.ts'
import type { BotDeps } from '../bot-deps.ts'
import { markRemoved, sendPost } from '../posts/send-post.ts'
import { explainFault } from '../rest/explain-fault.ts'
import { tellWarnings } from './tell-alerts.ts'

/**
 * One message per imported round. A round that was old when it was imported is passed over: a first start with years
 * of files is silent. Old by then, not by now: what waited for Discord to come back is still told.
 */
export async function tellRound(deps: BotDeps, roundId: number, importedAt: Date): Promise<void> {
  const { db, config } = deps
  const round = await db
    .selectFrom('rounds')
    .select('ended_at')
    .where('round_id', '=', roundId)
    .executeTakeFirst()
  if (!round) return
  const age = importedAt.getTime() - round.ended_at.getTime()
  const isOld = age > config.autopostMaxAgeMinutes * 60_000
  if (config.autopostRounds && config.statsChannelId && !isOld) {
    const report = await showRound(deps, roundId, config.statsChannelId)
    if (report) await tellWarnings(deps, report)
  }
  await showNeighbours(deps, roundId)
}

/** A late round 1, a longer version of a cut file: the posts that show something of it are edited. */
export async function tellRoundChanged(deps: BotDeps, roundId: number): Promise<void> {
  const { channel_id } = (await postOf(deps, roundId)) ?? {}
  if (channel_id) await showRound(deps, roundId, channel_id)
  await showNeighbours(deps, roundId)
}

/** It was a copy of a round that has a post of its own. */
export async function tellRoundRemoved({ db, rest, log }: BotDeps, roundId: number): Promise<void> {
  const post = await postOf({ db }, roundId)
  if (!post) return
  if (post.message_id !== null) {
    try {
      await rest.delete(Routes.channelMessage(post.channel_id, post.message_id))
    } catch (error) {
      const { kind } = explainFault(error)
      if (kind !== 'message' && kind !== 'channel') throw error
    }
  }
  await markRemoved(db, post.post_id)
  log.info({ round: roundId }, 'A post was taken back: its round was a copy of another')
}

async function showRound(deps: BotDeps, roundId: number, channelId: string) {
  const report = await loadRoundReport(deps.db, roundId)
  if (!report) return null
  const content = { embeds: [roundCard(report, { publicUrl: deps.publicUrl })] }
  const outcome = await sendPost(deps, { subject: subjectOf(roundId), channelId, content })
  deps.log.info(
    { round: roundId, map: report.map, sha256: report.file.sha256 },
    `Round ${roundId}: ${outcome}`,
  )
  return report
}

/** Teams and map results are the whole session's: a round that came late can change the cards of later ones. */
async function showNeighbours(deps: BotDeps, roundId: number): Promise<void> {
  const { rows } = await sql<{ round_id: number; channel_id: string }>`
    select other.round_id, p.channel_id
    from rounds own
    join rounds other on other.gaming_session_id = own.gaming_session_id and other.ended_at > own.ended_at
    join discord_posts p on p.subject = 'round ' || other.round_id and p.message_id is not null and p.removed_at is null
    where own.round_id = ${roundId}
    order by other.round_id`.execute(deps.db)
  for (const { round_id, channel_id } of rows) await showRound(deps, round_id, channel_id)
}

function postOf({ db }: Pick<BotDeps, 'db'>, roundId: number) {
  return db
    .selectFrom('discord_posts')
    .select(['post_id', 'channel_id', 'message_id'])
    .where('subject', '=', subjectOf(roundId))
    .where('removed_at', 'is', null)
    .executeTakeFirst()
}

function subjectOf(roundId: number): string {
  return `round ${roundId}`
}
