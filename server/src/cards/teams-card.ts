import { dpm, hitPoints, ratio } from '../report/forms.ts'
import type { MatchReport, SessionReport, TeamReport } from '../report/session-report.ts'
import type { Block, Card } from './card.ts'
import type { CardFrame } from './card-frame.ts'
import { matchLine } from './map-lines.ts'
import { playerLabel } from './player-label.ts'

/** Card 2: both teams' figures, and the most valuable player of each. */
export function teamsCard({ matches }: SessionReport, { url, footer }: CardFrame): Card {
  const entries = matches.flatMap(match => teamEntries(match, matches.length > 1))
  const rule: Block = {
    entries: ['MVP: most kills for the team; between equals, more damage.'],
    separator: '\n',
    isFixed: true,
  }
  return {
    title: '⚔️ Teams',
    url,
    color: 0xed4245,
    footer,
    blocks:
      entries.length === 0
        ? [{ entries: ['No teams: no counted round.'], separator: '\n', isFixed: true }]
        : [{ entries, separator: '\n' }, rule],
  }
}

function teamEntries(match: MatchReport, isNumbered: boolean): string[] {
  const teams = (['A', 'B'] as const).map(name => teamEntry(name, match.teams[name]))
  return isNumbered ? [`**Match ${match.number}: ${matchLine(match)}**`, ...teams] : teams
}

function teamEntry(
  name: string,
  { kills, deaths, kd, damageGiven, damageReceived, mvp }: TeamReport,
): string {
  const figures =
    `**Team ${name}** · ${kills} kills · ${deaths} deaths · K/D ${ratio(kd)} · ` +
    `${hitPoints(damageGiven)} ⬆ ${hitPoints(damageReceived)} ⬇`
  if (!mvp) return figures
  return `${figures}\n⭐ MVP **${playerLabel(mvp)}** · ${mvp.kills} kills · ${mvp.deaths} deaths · ${dpm(mvp.dpm)} · ${hitPoints(mvp.damageGiven)}`
}
