import { escapeMap, escapeMarkdown } from '../../cards/escape-markdown.ts'
import type { Line, LinesData } from '../../charts/lines-picture.ts'
import { ratingOf } from '../../rating/rating-board.ts'
import { showFigure } from '../../report/figures.ts'
import {
  clock,
  count,
  dpm,
  hitPoints,
  killsDeathsGibs,
  percent,
  plural,
  ratio,
  weaponLabel,
} from '../../report/forms.ts'
import type { MetricKey } from '../../report/metrics-table.ts'
import { type Baseline, baseline } from '../../report/players/baseline.ts'
import { loadOwnFigures, type PlayerFigures } from '../../report/players/load-figures.ts'
import { type Period, periodLabel } from '../../report/players/period.ts'
import {
  loadPlayerHistory,
  type PlayerHistory,
  type SessionFigures,
} from '../../report/players/player-history.ts'
import { readSnapshot } from '../../report/read-snapshot.ts'
import type { BotContext } from '../bot-context.ts'
import type { PostContent } from '../posts/post-content.ts'
import { COLOURS, cardEmbeds, listBlock } from './player-card.ts'
import { settleNow } from './player-lookup.ts'

const SHOWN_SESSIONS = 20
const SHOWN_WEAPONS = 5
const SHOWN_MAPS = 5
const PICTURE = 'player.png'

/** One player: a period in figures, the newest session against his usual, and a picture by session. */
export async function statsContent(
  { db, publicUrl, pictures }: Pick<BotContext, 'db' | 'publicUrl' | 'pictures'>,
  { guid, name }: { guid: string; name: string },
  period: Period,
): Promise<PostContent> {
  await settleNow(db, { kinds: ['player', 'player on map', 'names'], about: guid })
  const rating = await ratingOf(db, guid)
  const [history, figures] = await readSnapshot(
    db,
    async snapshot =>
      [await loadPlayerHistory(snapshot, guid), await loadOwnFigures(snapshot, period, guid)] as const,
  )
  if (!history || history.sessions.length === 0) {
    return { content: `**${escapeMarkdown(name)}** has played no round that counts.` }
  }
  const rated =
    rating === null || rating.rating === null
      ? `no rating yet (${plural(rating?.maps ?? 0, 'rated map')} of 5)`
      : `rating ${rating.rating.toFixed(1)} after ${plural(rating.maps, 'map')}`
  const card = {
    title: `📈 ${escapeMarkdown(name)}`.slice(0, 250),
    url: publicUrl === null ? null : `${publicUrl}/players/${encodeURIComponent(guid)}`,
    color: COLOURS.blurple,
    footer: `${guid} · ${rated}`,
    blocks: [
      ...listBlock(`In ${periodLabel(period)}`, figures ? figureLines(figures) : ['No round that counts.']),
      ...listBlock('The newest session, against what is usual', baseline(history.sessions).map(baselineLine)),
      ...listBlock('Weapons', history.weapons.slice(0, SHOWN_WEAPONS).map(weaponLine)),
      ...listBlock('Maps', history.maps.slice(0, SHOWN_MAPS).map(mapLine)),
      ...listBlock(null, knownAs(history, name)),
    ],
  }
  const subtitle = `${plural(history.sessionCount, 'session')} · ${rated}`
  const data = linesData(name, subtitle, history.sessions)
  const png = await pictures.drawOne({ kind: 'lines', data })
  return {
    embeds: cardEmbeds(card, PICTURE),
    files: [{ name: PICTURE, data: png, contentType: 'image/png' }],
  }
}

function figureLines(figures: PlayerFigures): string[] {
  const { rounds, maps, mapsWon, kd, damageGiven, damageReceived, accuracy, hits, shots } = figures
  return [
    `${plural(rounds, 'round')} · ${plural(maps, 'map')}, ${mapsWon} won · ⏱ ${clock(figures.secondsPlayed)}`,
    `${killsDeathsGibs(figures)} (${ratio(kd)}) · ${dpm(figures.dpm)} · ${hitPoints(damageGiven)} ⬆ ${hitPoints(damageReceived)} ⬇`,
    `${percent(accuracy)} ACC (${hits}/${shots}) · ${percent(figures.headshotPercent)} HS · ` +
      `revives ${count(figures.revivesGiven)} · best spree ${count(figures.killingSpree)}`,
  ]
}

function baselineLine({ key, label, latest, usual, mark }: Baseline): string {
  const arrow = mark === null ? '•' : mark === 'up' ? '🔺' : '🔻'
  return `${arrow} ${label} **${shown(key, latest)}**, usually ${shown(key, usual)}`
}

function weaponLine({ name, kills, accuracy, headshots }: PlayerHistory['weapons'][number]): string {
  return `${escapeMarkdown(weaponLabel(name))}: ${plural(kills, 'kill')} · ${percent(accuracy)} ACC · ${headshots} HS`
}

function mapLine({ map, rounds, kd, maps, mapsWon }: PlayerHistory['maps'][number]): string {
  return `${escapeMap(map)}: ${plural(rounds, 'round')} · K/D ${ratio(kd)} · ${mapsWon} of ${maps} won`
}

function knownAs({ names }: PlayerHistory, name: string): string[] {
  const others = [...new Set(names.map(each => each.name))].filter(each => each !== name)
  if (others.length === 0) return []
  const shownOthers = others.slice(0, 5).map(escapeMarkdown).join(', ')
  return [`Also played as ${shownOthers}${others.length > 5 ? `, + ${others.length - 5} more` : ''}`]
}

const LINES = [
  { key: 'dpm', title: 'DPM' },
  { key: 'kd', title: 'K/D' },
  { key: 'accuracy', title: 'Accuracy' },
] as const

/** `sessions`: the newest first. Each is marked against those before it, as the newest is. */
function linesData(title: string, subtitle: string, sessions: readonly SessionFigures[]): LinesData {
  const marks = sessions.slice(0, SHOWN_SESSIONS).map((_, index) => baseline(sessions.slice(index)))
  const ofMetric = (index: number, key: MetricKey) => marks[index]?.find(each => each.key === key)
  const lines = LINES.map(({ key, title }): Line => {
    const usual = ofMetric(0, key)
    const points = sessions.slice(0, SHOWN_SESSIONS).map(({ figures }, index) => ({
      value: figures[key],
      label: shown(key, figures[key]),
      mark: ofMetric(index, key)?.mark ?? null,
    }))
    return {
      title,
      points: points.reverse(),
      usual: usual ? { value: usual.usual, label: shown(key, usual.usual) } : null,
    }
  })
  const [newest, oldest] = [sessions[0], sessions[Math.min(SHOWN_SESSIONS, sessions.length) - 1]]
  return { title, subtitle, lines, from: oldest?.date ?? '', to: newest?.date ?? '' }
}

function shown(key: MetricKey, value: number | null): string {
  return value === null ? '-' : showFigure(key, { [key]: value })
}
