import type { Kysely } from 'kysely'
import { escapeMap, escapeMarkdown } from '../../cards/escape-markdown.ts'
import type { DB } from '../../db/tables.ts'
import { clock, dpm, plural, ratio } from '../../report/forms.ts'
import { listMaps, loadMapReport, type MapSummary } from '../../report/players/map-report.ts'
import type { BotContext } from '../bot-context.ts'
import type { Choice } from '../commands/command.ts'
import type { PostContent } from '../posts/post-content.ts'
import { COLOURS, cardEmbeds, listBlock } from './player-card.ts'
import { choiceName, namesNow, quoted, settleNow } from './player-lookup.ts'

const MOST_CHOICES = 25
const SHOWN_PLAYERS = 10
const SUGGESTED = 8

/** The map that somebody means, or why it is none, in a sentence. */
export async function findMap(
  db: Kysely<DB>,
  text: string,
): Promise<{ kind: 'found'; map: string } | { kind: 'none'; sentence: string }> {
  await namesNow(db, { kinds: ['map'] })
  const maps = await listMaps(db)
  const hits = matching(maps, text)
  const exact = maps.find(({ map }) => map.toLowerCase() === text.toLowerCase())
  const only = exact ?? (hits.length === 1 ? hits[0] : undefined)
  if (only) return { kind: 'found', map: only.map }
  const some = (hits.length > 0 ? hits : maps).slice(0, SUGGESTED).map(({ map }) => escapeMap(map))
  if (some.length === 0) return { kind: 'none', sentence: 'No map has been played yet.' }
  const why =
    hits.length > 0
      ? `Several maps are called like ${quoted(text)}`
      : `Nobody has played ${quoted(text)} here`
  return { kind: 'none', sentence: `${why}. The most played: ${some.join(', ')}.` }
}

/** Maps as choices, the most played first. */
export async function suggestMaps(db: Kysely<DB>, typed: string): Promise<Choice[]> {
  await namesNow(db, { kinds: ['map'] })
  return matching(await listMaps(db), typed)
    .slice(0, MOST_CHOICES)
    .flatMap(({ map, times }) =>
      // A choice's value may be as long as its name.
      map.length > 100 ? [] : [{ name: choiceName(`${map} · ${times}×`), value: map }],
    )
}

function matching(maps: readonly MapSummary[], text: string): MapSummary[] {
  return maps.filter(({ map }) => map.toLowerCase().includes(text.trim().toLowerCase()))
}

/** One map over all time. */
export async function mapContent(
  { db, publicUrl }: Pick<BotContext, 'db' | 'publicUrl'>,
  map: string,
): Promise<PostContent> {
  await settleNow(db, { kinds: ['map', 'player on map'], about: map })
  const report = await loadMapReport(db, map)
  if (!report) return { content: `Nobody has played ${escapeMap(map)} in a round that counts.` }
  const { nameOf } = await namesNow(db)
  const { times, attacks, completed, held, surrendered, bestSeconds, medianSeconds, axisWins, alliesWins } =
    report
  const card = {
    title: `🗺️ ${map}`.slice(0, 250),
    url: publicUrl === null ? null : `${publicUrl}/maps/${encodeURIComponent(map)}`,
    color: COLOURS.green,
    footer: `Last played ${report.lastPlayed.slice(0, 10)}`,
    blocks: [
      ...listBlock(null, [
        `Played ${plural(times, 'time')}, ${plural(attacks, 'attack')}: ${completed} completed, ${held} held, ${surrendered} surrendered`,
        `Attack time: best ${clock(bestSeconds)}, median ${clock(medianSeconds)}`,
        `Rounds won: Axis ${axisWins}, Allies ${alliesWins}`,
      ]),
      ...listBlock(
        'Best on it',
        report.players
          .slice(0, SHOWN_PLAYERS)
          .map(
            (player, index) =>
              `${index + 1}. **${escapeMarkdown(nameOf(player.guid).name)}** K/D ${ratio(player.kd)} · ${dpm(player.dpm)} · ${plural(player.rounds, 'round')}`,
          ),
      ),
    ],
  }
  return { embeds: cardEmbeds(card) }
}
