import { time } from 'discord.js'
import { LIMITS } from '../../cards/card.ts'
import { escapeMarkdown } from '../../cards/escape-markdown.ts'
import type { SilentAgent } from '../../outbox/events.ts'
import type { RoundReport } from '../../report/round-report.ts'
import { shownText } from '../../report/shown-name.ts'
import type { BotContext } from '../bot-context.ts'
import { sendPost } from '../posts/send-post.ts'
import { alertSubject, roundAlertSubject, type Subject } from '../posts/subjects.ts'
import { DiscordFault } from '../rest/discord-fault.ts'

/** A check that is off now and then is told with the round; this many at once mean that a file or we are wrong. */
const WARNINGS_WORTH_AN_ALERT = 3
const SHOWN_FILES = 10
const SHOWN_AGENTS = 10
const TEN_MINUTES_MS = 600_000
const ORANGE = 0xe67e22
const RED = 0xed4245

/**
 * For the admin channel: these files were kept and make no round. One message for ten minutes, so that a folder full of
 * damaged files is one message and not a thousand.
 */
export async function tellRejectedFile(context: BotContext, fileId: number): Promise<void> {
  const file = await context.db
    .selectFrom('processed_files')
    .select('received_at')
    .where('file_id', '=', fileId)
    .executeTakeFirst()
  if (!file || !context.config.adminChannelId) return
  const from = new Date(Math.floor(file.received_at.getTime() / TEN_MINUTES_MS) * TEN_MINUTES_MS)
  const rejected = context.db
    .selectFrom('processed_files as f')
    .innerJoin('game_servers as s', 's.server_id', 'f.server_id')
    .where('f.received_at', '>=', from)
    .where('f.received_at', '<', new Date(from.getTime() + TEN_MINUTES_MS))
    .where('f.status', '=', 'rejected')
  const files = await rejected
    .select(['f.filename', 'f.error_code', 'f.error_message', 'f.error_line', 's.name as server'])
    .select(eb => eb.fn.countAll<number>().over().as('count'))
    .orderBy('f.file_id')
    .limit(SHOWN_FILES)
    .execute()
  const count = files[0]?.count ?? 0
  // Read again by a newer version meanwhile, they may have become rounds.
  if (count === 0) return
  const lines = files.map(({ filename, server, error_code, error_message, error_line }) => {
    const where = error_line === null ? '' : `, line ${error_line}`
    return `${shown(filename)} of ${shown(server)}: ${shown(error_message ?? '', 250)} (\`${error_code}\`${where})`
  })
  await alert(context, alertSubject('files', from), {
    title: count === 1 ? 'A file was rejected' : `${count} files were rejected`,
    description: fitLines(lines, count, { end: 'The bytes are kept; sending them again changes nothing.' }),
    color: RED,
  })
}

/** For the admin channel: the round is posted, and its figures should be looked at. */
export async function tellWarnings(context: BotContext, round: RoundReport): Promise<void> {
  const warnings = round.checks.flatMap(check => check.warnings)
  if (warnings.length < WARNINGS_WORTH_AN_ALERT) return
  const lines = warnings.slice(0, 10).map(({ check, message }) => `Check ${check}: ${shown(message, 1_000)}`)
  const head = `${shown(round.file.name)} of ${shown(round.server)}`
  try {
    await alert(
      context,
      roundAlertSubject(round.roundId, { server: round.server, sha256: round.file.sha256 }),
      {
        title: `Round ${round.roundId}: ${warnings.length} warnings`,
        ...(context.publicUrl && { url: `${context.publicUrl}/rounds/${round.roundId}` }),
        description: fitLines(lines, warnings.length, { head }),
        color: ORANGE,
      },
    )
  } catch (error) {
    if (!(error instanceof DiscordFault)) throw error
    // The round is told; its alert is not worth holding up the next one.
    context.log.warn({ round: round.roundId }, `An alert could not be posted: ${error.sentence}`)
  }
}

/** For the admin channel: agents that were noticed to be silent, many in one message. */
export async function tellSilentAgents(
  context: BotContext,
  { agents, count }: { agents: readonly SilentAgent[]; count: number },
  noticedAt: Date,
): Promise<void> {
  const lines = agents
    .slice(0, SHOWN_AGENTS)
    .map(
      ({ server, agent, since, waiting }) =>
        `${shown(agent, 100)} of ${shown(server)} was last heard ${time(new Date(since), 'R')}, with ${waiting} files waiting.`,
    )
  await alert(context, alertSubject('agents', noticedAt), {
    title: count === 1 ? 'An agent is silent' : `${count} agents are silent`,
    description: fitLines(lines, count, {
      end: 'Is the game server up? On it, `debrief-agent doctor` says what is wrong. Rounds played meanwhile come later.',
    }),
    color: ORANGE,
  })
}

async function alert(
  context: BotContext,
  subject: Subject,
  embed: { title: string; description: string; color: number; url?: string },
): Promise<void> {
  const channelId = context.config.adminChannelId
  if (channelId) await sendPost(context, { subject, channelId, content: { embeds: [embed] } })
}

/** As many of the lines as Discord takes, and how many there are beside them; `count`: with those that are not here. */
function fitLines(
  lines: readonly string[],
  count: number,
  { head, end }: { head?: string; end?: string },
): string {
  const [before, after] = [head === undefined ? [] : [head], end === undefined ? [] : [end]]
  const text = (shown: number) =>
    [
      ...before,
      ...lines.slice(0, shown),
      ...(shown < count ? [`+ ${count - shown} more`] : []),
      ...after,
    ].join('\n')
  let shown = lines.length
  while (shown > 0 && text(shown).length > LIMITS.description) shown -= 1
  return text(shown)
}

/** Names come from the game server: what would format or steer is shown as it is. `most`: letters. */
function shown(text: string, most = Number.POSITIVE_INFINITY): string {
  return escapeMarkdown([...shownText(text)].slice(0, most).join(''))
}
