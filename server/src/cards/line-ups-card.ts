import { plural } from '../report/forms.ts'
import type { LineUpMember } from '../report/line-ups.ts'
import type { MatchReport, SessionReport } from '../report/session-report.ts'
import { type Block, blockText, type Card } from './card.ts'
import type { CardFrame } from './card-frame.ts'
import { playerLabel } from './player-label.ts'

/** Card 3: who played for which team, and how that is known. Here every player is named, whatever else must be cut. */
export function lineUpsCard(report: SessionReport, { url, footer }: CardFrame): Card {
  const blocks = report.matches.flatMap(match => rosterBlocks(match, report.matches.length > 1))
  const length = blocks.reduce((total, block) => total + blockText(block).length, 0)
  return {
    title: '👥 Line-ups',
    url,
    color: 0x57f287,
    footer,
    blocks:
      length <= ROOMY ? blocks.map(block => ({ ...block, isFixed: true })) : [everybody(report), ...blocks],
  }
}

/** Characters. More than this would take the room of the other cards. */
const ROOMY = 1500

/** All names, once each: the one block that is never cut. */
function everybody({ players }: SessionReport): Block {
  return { heading: '**Everybody**', entries: players.map(playerLabel), separator: ', ', isFixed: true }
}

function rosterBlocks(match: MatchReport, isNumbered: boolean): Block[] {
  const { teams, withoutTeam, maps, certainty } = match
  const rounds = maps.reduce((count, map) => count + map.rounds.length, 0)
  const prefix = isNumbered ? `Match ${match.number}, ` : ''
  const played = `${plural(rounds, 'round')} on ${plural(maps.length, 'map')}`
  const blocks: Block[] = [
    ...(['A', 'B'] as const).map(name => ({
      heading: `**${prefix}${isNumbered ? 'team' : 'Team'} ${name}** · ${played}`,
      entries: teams[name].members.map(member),
      separator: '\n' as const,
    })),
    ...(withoutTeam.length === 0
      ? []
      : [
          {
            heading: '**For neither team**',
            entries: withoutTeam.map(playerLabel),
            separator: ', ' as const,
          },
        ]),
    { entries: [`${SIGNS[certainty.level]} ${certainty.text}`], separator: '\n' },
  ]
  return blocks.filter(block => block.entries.length > 0)
}

const SIGNS = { sure: '✅ Sure.', likely: '☑️ Likely.', unclear: '❔ Unclear.' }

function member({ guid, name, rounds, note }: LineUpMember): string {
  return `${playerLabel({ guid, name })} · ${plural(rounds, 'round')}${note === null ? '' : ` (${note})`}`
}
