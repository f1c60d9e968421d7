import type { APIEmbed } from 'discord.js'
import { clock, killsDeathsGibs } from '../report/forms.ts'
import type { PlayerTotals } from '../report/player-totals.ts'
import type { RoundReport } from '../report/round-report.ts'
import { roundResult } from '../report/round-result.ts'
import { escapeMap } from './escape-markdown.ts'
import { fitBlock } from './fit-block.ts'
import { mapLine } from './map-lines.ts'
import { playerLabel } from './player-label.ts'
import type { CardOptions } from './session-cards.ts'

/** The compact card of one imported round. The second round's card also holds the map's result. */
export function roundCard(round: RoundReport, { publicUrl }: CardOptions): APIEmbed {
  const warned = round.checks.filter(check => check.warnings.length > 0).map(({ check }) => check)
  const description = [
    resultLine(round),
    ...(round.mapResult ? [`**Map:** ${mapLine(round.mapResult)}`] : []),
    ...(warned.length > 0
      ? [`⚠️ Check${warned.length === 1 ? '' : 's'} ${warned.join(', ')} of 7 warned.`]
      : []),
  ]
  const { axis, allies, spectators } = round.sides
  const fields = [
    { name: sideName('Axis', axis.team), value: playersByKills(axis.players), inline: true },
    { name: sideName('Allies', allies.team), value: playersByKills(allies.players), inline: true },
    ...(spectators.length > 0 ? [{ name: 'Spectators', value: playersByKills(spectators) }] : []),
  ]
  return {
    color: COLORS[round.status],
    title: `${escapeMap(round.map)} · round ${round.roundNumber}`,
    ...(publicUrl !== null && { url: `${publicUrl}/rounds/${round.roundId}` }),
    description: description.join('\n'),
    ...(round.status === 'awaiting_round_1' ? {} : { fields }),
    footer: { text: `Session ${round.session} · ${round.local.date} ${round.local.time.slice(0, 5)}` },
  }
}

const COLORS = { complete: 0x5865f2, awaiting_round_1: 0xfee75c, aborted: 0x99aab5 }

/** `⚔️ Allies attacked and won in 5:48 (limit 12:00)`. */
function resultLine(round: RoundReport): string {
  const { status, outcome, defender, winner, timeLimitSeconds, roundNumber } = round
  if (status === 'aborted') return '⏹️ Broken off: not counted.'
  if (status === 'awaiting_round_1') return '⏸️ Waits for its round 1: its own figures are not known before.'
  const word = roundNumber === 1 ? 'limit' : 'to beat'
  const limit = timeLimitSeconds === null ? '' : ` (${word} ${clock(timeLimitSeconds)})`
  const text = `${roundResult(round)}${limit}`
  if (winner === null || winner === 'draw') return text.charAt(0).toUpperCase() + text.slice(1)
  if (defender === null) return `🏁 ${text}`
  if (outcome === 'surrendered') return `🏳️ ${text}`
  return winner === defender ? `🛡️ ${text}` : `⚔️ ${text}`
}

function sideName(side: string, team: string | null): string {
  return team === null ? side : `${side} (${team})`
}

/** The limit of a field. */
const FIELD = 1024

function playersByKills(players: readonly PlayerTotals[]): string {
  if (players.length === 0) return '-'
  const entries = players.map(player => `${playerLabel(player)} ${killsDeathsGibs(player)}`)
  return fitBlock({ entries, separator: '\n' }, FIELD, '')
}
