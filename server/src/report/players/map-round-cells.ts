import type { MapRoundCell } from '../../db/player-cells.ts'
import type { Attack } from '../score-map.ts'
import type { RoundRow } from '../session-rows.ts'

export function mapRoundCells(
  session: number,
  rounds: readonly RoundRow[],
  attacks: ReadonlyMap<number, Attack>,
): MapRoundCell[] {
  return rounds.map(({ round_id, map_name, match_id, ended_at, winner_team }) => {
    const attack = attacks.get(round_id) ?? { kind: 'unknown' as const }
    const seconds = attack.kind === 'completed' || attack.kind === 'surrendered' ? attack.seconds : null
    return {
      ...{ gaming_session_id: session, round_id, map_name, ended_at, winner_team },
      // File ids and round ids are of different tables: one that stands alone is told apart by its sign.
      map_key: match_id ?? -round_id,
      attack: attack.kind,
      seconds,
    }
  })
}
