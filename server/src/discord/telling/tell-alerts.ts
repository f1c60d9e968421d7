import { time } from 'discord.js'
import { escapeMarkdown } from '../../cards/escape-markdown.ts'
import type { OutboxEvent } from '../../outbox/events.ts'
import type { RoundReport } from '../../report/round-report.ts'
import { shownText } from '../../report/shown-name.ts'
import type { BotDeps } from '../bot-deps.ts'
import { sendPost } from '../posts/send-post.ts'
import { explainFault } from '../rest/explain-fault.ts'

/** A check that is off now and then is told with the round; this many at once mean that a file or we are wrong. */
const WARNINGS_WORTH_AN_ALERT = 3
const SHOWN_FILES = 10
const TEN_MINUTES_MS = 600_000
const ORANGE = 0xe67e22
const RED = 0xed4245

/**
 * For the admin channel: these files were kept and make no round. One message for ten minutes, so that a folder full of
 * damaged files is one message and not a thousand.
 */
export async function tellRejectedFile(deps: BotDeps, fileId: number): Promise<void> {
  const file = await deps.db
    .selectFrom('processed_files')
    .select('received_at')
    .where('file_id', '=', fileId)
    .executeTakeFirst()
  if (!file || !deps.config.adminChannelId) return
  const from = new Date(Math.floor(file.received_at.getTime() / TEN_MINUTES_MS) * TEN_MINUTES_MS)
  const rejected = deps.db
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
    return `${shown(filename)} of ${shown(server)}: ${shown(error_message ?? '').slice(0, 250)} (\`${error_code}\`${where})`
  })
  if (count > files.length) lines.push(`+ ${count - files.length} more`)
  await alert(deps, `alert files ${from.toISOString()}`, {
    title: count === 1 ? 'A file was rejected' : `${count} files were rejected`,
    description: [...lines, 'The bytes are kept; sending them again changes nothing.'].join('\n'),
    color: RED,
  })
}

/** For the admin channel: the round is posted, and its figures should be looked at. */
export async function tellWarnings(deps: BotDeps, round: RoundReport): Promise<void> {
  const warnings = round.checks.flatMap(check => check.warnings)
  if (warnings.length < WARNINGS_WORTH_AN_ALERT) return
  const lines = warnings.slice(0, 10).map(({ check, message }) => `Check ${check}: ${shown(message)}`)
  if (warnings.length > lines.length) lines.push(`+ ${warnings.length - lines.length} more`)
  try {
    await alert(deps, `alert round ${round.roundId}`, {
      title: `Round ${round.roundId}: ${warnings.length} warnings`,
      ...(deps.publicUrl && { url: `${deps.publicUrl}/rounds/${round.roundId}` }),
      description: [`${shown(round.file.name)} of ${shown(round.server)}`, ...lines]
        .join('\n')
        .slice(0, 4000),
      color: ORANGE,
    })
  } catch (error) {
    // The round is told; its alert is not worth holding up the next one.
    deps.log.warn({ round: round.roundId }, `An alert could not be posted: ${explainFault(error).sentence}`)
  }
}

/** For the admin channel: one alert for each silence. */
export async function tellAgentSilent(
  deps: BotDeps,
  { subject, payload }: OutboxEvent & { kind: 'agent_silent' },
): Promise<void> {
  const { server, agent, since, waiting } = payload
  await alert(deps, `alert ${subject}`, {
    title: 'An agent is silent',
    description:
      `${shown(agent)} of ${shown(server)} was last heard ${time(new Date(since), 'R')}, with ${waiting} files waiting. ` +
      'Is the game server up? On it, `debrief-agent doctor` says what is wrong. Rounds played meanwhile come later.',
    color: ORANGE,
  })
}

async function alert(
  deps: BotDeps,
  subject: string,
  embed: { title: string; description: string; color: number; url?: string },
): Promise<void> {
  const channelId = deps.config.adminChannelId
  if (channelId) await sendPost(deps, { subject, channelId, content: { embeds: [embed] } })
}

/** Names come from the game server: what would format or steer is shown as it is. */
function shown(text: string): string {
  return escapeMarkdown(shownText(text))
}
