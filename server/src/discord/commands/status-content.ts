import { time } from 'discord.js'
import { type Kysely, sql } from 'kysely'
import { listAgents } from '../../agents/list-agents.ts'
import { escapeMarkdown } from '../../cards/escape-markdown.ts'
import type { DB } from '../../db/tables.ts'
import { shownText } from '../../report/shown-name.ts'
import type { PostContent } from '../posts/post-content.ts'

const BLURPLE = 0x5865f2
const SHOWN_AGENTS = 10

/** For those who run it: agents, waiting files, waiting posts, the last error. */
export async function statusContent(db: Kysely<DB>): Promise<PostContent> {
  const [agents, posts, rejected] = await Promise.all([listAgents(db), readPosts(db), readRejected(db)])
  const lines = agents
    .slice(0, SHOWN_AGENTS)
    .map(
      ({ server, agentId, heardAt, waiting, lastError }) =>
        `${shown(agentId)} of ${shown(server)}: heard ${time(heardAt, 'R')}, ${waiting} files waiting` +
        (lastError === null ? '' : ` (${shown(lastError).slice(0, 200)})`),
    )
  if (agents.length > SHOWN_AGENTS) lines.push(`+ ${agents.length - SHOWN_AGENTS} more`)
  return {
    embeds: [
      {
        title: 'Status',
        color: BLURPLE,
        fields: [
          { name: 'Agents', value: lines.join('\n').slice(0, 1024) || 'None has been heard of yet.' },
          { name: 'Waiting posts', value: postLine(posts) },
          { name: 'Last error', value: posts.error === null ? 'None.' : shown(posts.error).slice(0, 1024) },
          {
            name: 'Last rejected file',
            value: rejected
              ? `${shown(rejected.filename).slice(0, 500)} ${time(rejected.receivedAt, 'R')}: ${shown(rejected.problem ?? '').slice(0, 400)}`
              : 'None.',
          },
        ],
      },
    ],
  }
}

function postLine({ waiting, oldest, aside }: Awaited<ReturnType<typeof readPosts>>): string {
  const waits =
    waiting === 0 || oldest === null ? 'None waits' : `${waiting}, the oldest ${time(oldest, 'R')}`
  return aside === 0 ? `${waits}.` : `${waits}; ${aside} set aside (\`debrief outbox list\`).`
}

async function readPosts(db: Kysely<DB>) {
  const { rows } = await sql<{ waiting: number; aside: number; oldest: Date | null; error: string | null }>`
    select count(*) filter (where not set_aside) as waiting, count(*) filter (where set_aside) as aside,
      min(created_at) as oldest,
      (select last_error from outbox where last_error is not null order by event_id desc limit 1) as error
    from outbox where done_at is null`.execute(db)
  return rows[0] ?? { waiting: 0, aside: 0, oldest: null, error: null }
}

async function readRejected(db: Kysely<DB>) {
  const row = await db
    .selectFrom('processed_files')
    .select(['filename', 'received_at as receivedAt', 'error_message as problem'])
    .where('status', '=', 'rejected')
    .orderBy('received_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

function shown(text: string): string {
  return escapeMarkdown(shownText(text))
}
