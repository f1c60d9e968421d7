import type { TeamName } from '../../report/assign-teams.ts'
import { colouredName } from './coloured-name.ts'
import { type Content, type Html, html } from './html.ts'

/** A name with the mark of its team, and of a bot. */
export function playerTag(
  { colouredName: coloured, name, isBot, team }: Player,
  { href, showsTeam = true }: { href?: string; showsTeam?: boolean } = {},
): Html {
  const shown = colouredName(coloured, name)
  return html`${showsTeam && team && teamMark(team)}${href === undefined ? shown : html`<a href="${href}">${shown}</a>`}${isBot && BOT}`
}

interface Player {
  colouredName: string
  name: string
  isBot: boolean
  team: TeamName | null
}

const BOT = html` <span class="bot">bot</span>`

export function teamMark(team: TeamName): Html {
  // No break behind it: beside a long name on a phone it would stand on a line of its own.
  return html`<span class="team team-${team.toLowerCase()}" title="Team ${team}">${team}</span>&nbsp;`
}

/** Names by GUID: most parts of a report know only that. */
export function nameOf(
  players: readonly { guid: string; colouredName: string; name: string }[],
): (of: { guid: string; name: string }) => Content {
  const known = new Map(players.map(player => [player.guid, player]))
  return ({ guid, name }) => {
    const player = known.get(guid)
    const shown = player ? colouredName(player.colouredName, player.name) : colouredName('', name)
    return guid.startsWith('OMNIBOT') ? shown : html`<a href="/players/${guid}">${shown}</a>`
  }
}
