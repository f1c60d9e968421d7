import {
  clock,
  count,
  dpm,
  hitPoints,
  killsDeathsGibs,
  MEDALS,
  multikills,
  percent,
  plural,
  ratio,
} from '../report/forms.ts'
import type { PlayerTotals } from '../report/player-totals.ts'
import type { SessionReport } from '../report/session-report.ts'
import type { Block, Card } from './card.ts'
import type { CardFrame } from './card-frame.ts'
import { mapLine, matchLine } from './map-lines.ts'
import { playerLabel } from './player-label.ts'

/** Card 1: when, who, what it came to, and every player in three lines. */
export function overviewCard(report: SessionReport, { url, footer }: CardFrame): Card {
  const { players, rounds, mapCount, matches, notCounted } = report
  const counts = [plural(players.length, 'player'), plural(rounds.counted, 'round'), plural(mapCount, 'map')]
  const left = notCounted.length === 0 ? [] : [`Not counted: ${notCounted.join(', ')}`]
  const single = matches.length === 1 ? matches.map(matchLine) : []
  return {
    title: '📊 Session overview',
    url,
    color: 0x5865f2,
    footer,
    blocks: [
      {
        entries: [
          `📅 ${when(report)}`,
          `👥 ${counts.join(' · ')}`,
          ...single.map(line => `**${line}**`),
          ...left,
        ],
        separator: '\n',
        isFixed: true,
      },
      ...(matches.length > 1 ? reshuffled(report) : matches.map(({ maps }) => mapsBlock(maps.map(mapLine)))),
      {
        heading: '**Players**',
        entries: players.length === 0 ? ['No player has played a counted round.'] : players.map(playerLines),
        separator: '\n',
      },
    ],
  }
}

/** The date, or both where the evening spans midnight. */
export function when({ local, timezone }: SessionReport): string {
  const end = local.endDate === local.startDate ? local.endTime : `${local.endDate} ${local.endTime}`
  return `${local.startDate} ${local.startTime} to ${end} (${timezone})`
}

/** Other teams, another score: each match has its own line, and its maps below. */
function reshuffled({ matches }: SessionReport): Block[] {
  const entries = matches.flatMap(match => [
    `**Match ${match.number}: ${matchLine(match)}**`,
    ...match.maps.map(mapLine),
  ])
  return [mapsBlock(entries)]
}

function mapsBlock(entries: string[]): Block {
  return { entries, separator: '\n' }
}

function playerLines(player: PlayerTotals, index: number): string {
  const { kd, damageGiven, damageReceived, accuracy, hits, shots, headshots } = player
  const { revivesGiven, timesRevived, secondsPlayed, secondsDead, secondsDenied } = player
  const medal = MEDALS[index] ?? `${index + 1}.`
  return [
    `${medal} **${playerLabel(player)}**`,
    `${killsDeathsGibs(player)} (${ratio(kd)}) · ${dpm(player.dpm)} · ${hitPoints(damageGiven)} ⬆ ${hitPoints(damageReceived)} ⬇ · ` +
      `${percent(accuracy)} ACC (${hits}/${shots}) · ${headshots} HS`,
    `${count(player.usefulKills)} useful · revives ${count(revivesGiven)} ↑ ${count(timesRevived)} ↓ · ` +
      `⏱ ${clock(secondsPlayed)} · 💀 ${clock(secondsDead)} · ⏳ ${clock(secondsDenied)}${multikillsPart(player)}`,
  ].join('\n')
}

/** `· multikills 2×: 12, 3×: 4`; nothing where there were none. */
export function multikillsPart({ multikills: kills }: PlayerTotals): string {
  const told = kills === null ? 'none' : multikills(kills)
  return told === 'none' ? '' : ` · multikills ${told}`
}
