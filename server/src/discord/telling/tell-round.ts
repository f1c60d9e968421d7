import { sql } from 'kysely'
import { roundCard } from '../../cards/round-card.ts'
import { loadRoundReport } from '../../report/load-round-report.ts'
import type { RoundReport } from '../../report/round-report.ts'
import type { BotContext } from '../bot-context.ts'
import { findPosts, withhold } from '../posts/ledger.ts'
import { withMark } from '../posts/recognise-post.ts'
import { sendPost } from '../posts/send-post.ts'
import { roundName, roundSubject, type Subject } from '../posts/subjects.ts'
import { withdrawPost } from '../posts/withdraw-post.ts'
import { refuseToAnnounce } from './refuse-to-announce.ts'
import { tellWarnings } from './tell-alerts.ts'

/** One message per imported round, where the settings want one; and the later cards that it changes are edited. */
export async function tellRound(context: BotContext, roundId: number, importedAt: Date): Promise<void> {
  const round = await loadRoundReport(context.db, roundId)
  if (!round) return
  await announce(context, round, importedAt)
  await showNeighbours(context, roundId)
}

/**
 * A late round 1, a longer version of a cut file, newer rules: the posts that show something of it are edited. None is
 * made, but where the round was withheld for its few people and has enough of them now.
 */
export async function tellRoundChanged(context: BotContext, roundId: number, changedAt: Date): Promise<void> {
  const round = await loadRoundReport(context.db, roundId)
  if (!round) return
  const [post] = await findPosts(context.db, [roundName(roundId)])
  if (post?.message_id) await show(context, round, post.channel_id)
  else if (post?.withheld_at) await announce(context, round, changedAt)
  await showNeighbours(context, roundId)
}

/** It was a copy of a round that has a post of its own. */
export async function tellRoundRemoved(context: BotContext, roundId: number): Promise<void> {
  const stood = await withdrawPost(context, roundName(roundId))
  if (stood) context.log.info({ round: roundId }, 'A post was taken back: its round was a copy of another')
}

async function announce(context: BotContext, round: RoundReport, heardAt: Date): Promise<void> {
  const { config, db, log } = context
  if (!config.autopostRounds || !config.statsChannelId) return
  const refusal = refuseToAnnounce({ ...round, people: await countPeople(db, round) }, heardAt, config)
  if (refusal === null) {
    await show(context, round, config.statsChannelId)
    await tellWarnings(context, round)
    return
  }
  log[refusal.level]({ round: round.roundId, sha256: round.file.sha256 }, refusal.sentence)
  if (refusal.kind === 'few_people') await withhold(db, subjectOf(round), config.statsChannelId)
}

/** People, not bots. Of a round that waits for its round 1 only its file's lines are known. */
async function countPeople(db: BotContext['db'], { roundId, status, sides }: RoundReport): Promise<number> {
  if (status !== 'awaiting_round_1') {
    return [...sides.axis.players, ...sides.allies.players, ...sides.spectators].filter(({ isBot }) => !isBot)
      .length
  }
  const file = await db
    .selectFrom('rounds')
    .innerJoin('processed_files', 'processed_files.file_id', 'rounds.file_id')
    .select('player_lines')
    .where('round_id', '=', roundId)
    .executeTakeFirst()
  return file?.player_lines ?? 0
}

async function show(context: BotContext, round: RoundReport, channelId: string): Promise<void> {
  const { roundId, map, file } = round
  const subject = subjectOf(round)
  const content = { embeds: [withMark(roundCard(round, { publicUrl: context.publicUrl }), subject)] }
  const outcome = await sendPost(context, { subject, channelId, content })
  context.log.info({ round: roundId, map, sha256: file.sha256 }, `Round ${roundId}: ${outcome}`)
}

/** Teams and map results are the whole session's: a round that came late can change the cards of later ones. */
async function showNeighbours(context: BotContext, roundId: number): Promise<void> {
  const { rows } = await sql<{ round_id: number }>`
    select other.round_id from rounds own
    join rounds other on other.gaming_session_id = own.gaming_session_id and other.ended_at > own.ended_at
    where own.round_id = ${roundId}
    order by other.round_id`.execute(context.db)
  const posts = await findPosts(
    context.db,
    rows.map(row => roundName(row.round_id)),
  )
  for (const { round_id } of rows) {
    const post = posts.find(({ subject }) => subject === roundName(round_id))
    const round = post?.message_id ? await loadRoundReport(context.db, round_id) : null
    if (post && round) await show(context, round, post.channel_id)
  }
}

function subjectOf({ roundId, server, file }: RoundReport): Subject {
  return roundSubject(roundId, { server, sha256: file.sha256 })
}
