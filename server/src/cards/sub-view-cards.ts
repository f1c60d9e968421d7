import type { APIEmbed } from 'discord.js'
import { clock, count, dpm, hitPoints, killsDeathsGibs, percent, plural, ratio } from '../report/forms.ts'
import { byKills, type PlayerTotals } from '../report/player-totals.ts'
import type { MapPlayer, SessionReport } from '../report/session-report.ts'
import type { Block, Card } from './card.ts'
import { type CardFrame, cardFrame } from './card-frame.ts'
import { rankByDpm } from './damage-card.ts'
import { layCards } from './lay-cards.ts'
import { mapLine, matchLine } from './map-lines.ts'
import { multikillsPart, when } from './overview-card.ts'
import { playerLabel } from './player-label.ts'
import type { CardOptions } from './session-cards.ts'
import { weaponsCard } from './weapons-card.ts'

export const SUB_VIEWS = [
  'top',
  'combat',
  'obj',
  'weapons',
  'support',
  'sprees',
  'maps',
  'maps full',
  'graphs',
  'time',
] as const
export type SubView = (typeof SUB_VIEWS)[number]

/**
 * One aspect of the session, as one message. `graphs` shows the two pictures, which the sender attaches as
 * `performance.png` and `efficiency.png`.
 */
export function subViewCards(report: SessionReport, view: SubView, options: CardOptions): APIEmbed[][] {
  const frame = cardFrame(report, options)
  if (view === 'graphs') return [graphs(report, frame)]
  return layCards([cardOf(report, view, frame)], { pageUrl: frame.url, messages: 1 })
}

function cardOf(report: SessionReport, view: Exclude<SubView, 'graphs'>, frame: CardFrame): Card {
  const { players } = report
  const card = (title: string, color: number, blocks: Block[]): Card => ({ title, color, blocks, ...frame })
  const perPlayer = (
    title: string,
    color: number,
    order: PlayerTotals[],
    line: (p: PlayerTotals) => string,
  ) =>
    card(title, color, [
      lines(order.map((player, index) => `${index + 1}. **${playerLabel(player)}** ${line(player)}`)),
    ])
  switch (view) {
    case 'top':
      return perPlayer('🥇 Top players', 0xffd700, rankByDpm(players), topLine)
    case 'combat':
      return perPlayer('⚔️ Combat', 0xed4245, [...players].sort(byKills), combatLine)
    case 'obj':
      return perPlayer('🎯 Objectives', 0x57f287, by(players, objectiveScore), objectiveLine)
    case 'weapons':
      return weaponsCard(report, frame)
    case 'support':
      return perPlayer(
        '💉 Support',
        0x57f287,
        by(players, player => player.revivesGiven),
        supportLine,
      )
    case 'sprees':
      return perPlayer(
        '🔥 Sprees',
        0xfee75c,
        by(players, player => player.killingSpree),
        spreeLine,
      )
    case 'time':
      return perPlayer(
        '⏱ Time',
        0x5865f2,
        by(players, player => player.secondsPlayed),
        timeLine,
      )
    case 'maps':
      return card('🗺️ Maps', 0x5865f2, [lines(mapLines(report))])
    case 'maps full':
      return card('🗺️ Maps, in full', 0x5865f2, fullMaps(report))
  }
}

function lines(entries: string[]): Block {
  return { entries: entries.length === 0 ? ['Nothing was counted.'] : entries, separator: '\n' }
}

/** Highest first; unknown last. The order of kills decides between equals. */
function by(
  players: readonly PlayerTotals[],
  value: (player: PlayerTotals) => number | null,
): PlayerTotals[] {
  return [...players].sort((a, b) => (value(b) ?? -1) - (value(a) ?? -1))
}

function topLine(player: PlayerTotals): string {
  return `${dpm(player.dpm)} · ${killsDeathsGibs(player)} (${ratio(player.kd)}) · ${hitPoints(player.damageGiven)}`
}

function combatLine(player: PlayerTotals): string {
  const { kd, damageGiven, damageReceived, accuracy, hits, shots, headshots, headshotPercent } = player
  return (
    `${killsDeathsGibs(player)} (${ratio(kd)}) · ${hitPoints(damageGiven)} ⬆ ${hitPoints(damageReceived)} ⬇ · ` +
    `${percent(accuracy)} ACC (${hits}/${shots}) · ${headshots} HS (${percent(headshotPercent)})`
  )
}

function objectiveScore(player: PlayerTotals): number {
  const { objectivesStolen, objectivesReturned, dynamitesPlanted, dynamitesDefused, constructions } = player
  return [
    objectivesStolen,
    objectivesReturned,
    dynamitesPlanted,
    dynamitesDefused,
    constructions,
  ].reduce<number>((total, value) => total + (value ?? 0), 0)
}

function objectiveLine(player: PlayerTotals): string {
  return (
    `stolen ${count(player.objectivesStolen)} · returned ${count(player.objectivesReturned)} · ` +
    `dynamite ${count(player.dynamitesPlanted)} planted, ${count(player.dynamitesDefused)} defused · ` +
    `built ${count(player.constructions)}`
  )
}

function supportLine(player: PlayerTotals): string {
  return (
    `revives ${count(player.revivesGiven)} ↑ ${count(player.timesRevived)} ↓ · assists ${count(player.killAssists)} · ` +
    `useful ${count(player.usefulKills)} · built ${count(player.constructions)}`
  )
}

function spreeLine(player: PlayerTotals): string {
  const { killingSpree, deathSpree } = player
  return `best spree ${count(killingSpree)} · worst death spree ${count(deathSpree)}${multikillsPart(player)}`
}

function timeLine({ secondsPlayed, secondsDead, secondsDenied, rounds }: PlayerTotals): string {
  const dead =
    secondsPlayed && secondsDead !== null ? ` (${percent((100 * secondsDead) / secondsPlayed)})` : ''
  return `⏱ ${clock(secondsPlayed)} · 💀 ${clock(secondsDead)}${dead} · ⏳ ${clock(secondsDenied)} · ${plural(rounds, 'round')}`
}

function mapLines({ matches }: SessionReport): string[] {
  return matches.flatMap(match => [
    `**Match ${match.number}: ${matchLine(match)}**`,
    ...match.maps.map(mapLine),
  ])
}

function fullMaps({ matches }: SessionReport): Block[] {
  const blocks = matches.flatMap(({ maps }) =>
    maps.map(
      (map): Block => ({
        heading: `${mapLine(map)}\n${map.rounds.map(round => `round ${round.roundNumber} ${clock(round.durationSeconds)}`).join(' · ')}`,
        entries: map.players.map(mapPlayerLine),
        separator: '\n',
      }),
    ),
  )
  if (blocks.length <= MOST_BLOCKS) return blocks.length === 0 ? [lines([])] : blocks
  // With forty maps each would have room for nothing: the first ones are shown in full, the others by their result.
  const rest = matches.flatMap(({ maps }) => maps).slice(MOST_BLOCKS)
  return [
    ...blocks.slice(0, MOST_BLOCKS),
    { heading: '**Further maps**', entries: rest.map(mapLine), separator: '\n' },
  ]
}

const MOST_BLOCKS = 12

function mapPlayerLine(player: MapPlayer): string {
  const team = player.team === null ? '' : ` (${player.team})`
  return `${playerLabel(player)}${team} ${killsDeathsGibs(player)} · ${dpm(player.dpm)}`
}

function graphs(report: SessionReport, { url, footer }: CardFrame): APIEmbed[] {
  return ['performance', 'efficiency'].map((name, index) => ({
    color: 0x5865f2,
    title: index === 0 ? `📈 Session ${report.session}: performance` : '📈 Efficiency',
    ...(url !== null && index === 0 && { url }),
    ...(index === 0 && { description: when(report) }),
    image: { url: `attachment://${name}.png` },
    footer: { text: footer },
  }))
}
