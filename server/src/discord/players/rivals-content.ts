import { type Kysely, sql } from 'kysely'
import { escapeMarkdown } from '../../cards/escape-markdown.ts'
import type { DB } from '../../db/tables.ts'
import { loadJoins } from '../../report/players/joins.ts'
import type { BotDeps } from '../bot-deps.ts'
import type { PostContent } from '../posts/post-content.ts'
import { COLOURS, cardEmbeds, listBlock } from './player-card.ts'
import { namesNow } from './player-lookup.ts'

/** One player against another over all counted rounds, as the first sees it. */
export interface Duels {
  guid: string
  kills: number
  deaths: number
}

const SHOWN = 5

/** Of all his GUIDs, against people, by the main GUIDs of these. */
export async function loadDuels(db: Kysely<DB>, guid: string): Promise<Duels[]> {
  const { rows } = await sql<Duels>`
    select coalesce(o.main_guid, d.opponent_guid) as guid, sum(d.kills)::int as kills, sum(d.deaths)::int as deaths
    from round_duels d join counted_rounds r using (round_id)
    left join player_joins o on o.player_guid = d.opponent_guid
    where (d.player_guid = ${guid} or d.player_guid in (select player_guid from player_joins where main_guid = ${guid}))
      and d.opponent_guid not like 'OMNIBOT%'
    group by 1 order by 1`.execute(db)
  const mainOf = await loadJoins(db)
  return rows.filter(duels => mainOf(duels.guid) !== guid)
}

/** Whom he beats, and who beats him, over all time. */
export async function rivalsContent(
  { db, publicUrl }: Pick<BotDeps, 'db' | 'publicUrl'>,
  { guid, name }: { guid: string; name: string },
): Promise<PostContent> {
  const duels = await loadDuels(db, guid)
  if (duels.length === 0) {
    return {
      content: `No duels of **${escapeMarkdown(name)}** are known: only the files of awards (\`-endstats.txt\`) tell of them.`,
    }
  }
  const { nameOf } = await namesNow(db)
  const line = ({ guid, kills, deaths }: Duels) =>
    `**${escapeMarkdown(nameOf(guid).name)}** ${kills} : ${deaths}`
  const by = (value: (duels: Duels) => number) =>
    duels.toSorted((a, b) => value(b) - value(a)).slice(0, SHOWN)
  const card = {
    title: `🎯 Rivals of ${name}`.slice(0, 250),
    url: publicUrl === null ? null : `${publicUrl}/players/${encodeURIComponent(guid)}`,
    color: COLOURS.red,
    footer: `Kills : deaths against ${duels.length}, of the rounds with a file of awards`,
    blocks: [
      ...listBlock(
        'Favourite victims',
        by(({ kills }) => kills)
          .filter(({ kills }) => kills > 0)
          .map(line),
      ),
      ...listBlock(
        'Nemeses',
        by(({ deaths }) => deaths)
          .filter(({ deaths }) => deaths > 0)
          .map(line),
      ),
      ...listBlock(
        'Most even',
        by(evenness)
          .filter(duels => evenness(duels) > 0)
          .map(line),
      ),
    ],
  }
  return { embeds: cardEmbeds(card) }
}

/** Many duels, as many won as lost. */
function evenness({ kills, deaths }: Duels): number {
  return Math.min(kills, deaths)
}
