import { ATTACK } from './players/record-rules.ts'
import type { SessionRecord } from './session-report.ts'

/** `Kills of a round on supply`; without a map: of all maps. */
export function recordTitle(
  { title, scope, category, map }: Pick<SessionRecord, 'title' | 'scope' | 'category' | 'map'>,
  showMap: (map: string) => string = text => text,
): string {
  // An attack is of a round anyhow.
  const of = category === ATTACK ? '' : ` of ${SCOPES[scope]}`
  return `${title}${of}${map === null ? '' : ` on ${showMap(map)}`}`
}

const SCOPES = { round: 'a round', map: 'a map', session: 'an evening' }
