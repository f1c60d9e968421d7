import type { Outcome } from '../db/tables.ts'
import { assignTeams, opponent, type SidedRound, type Stretch, type TeamName } from './assign-teams.ts'
import { isCounted } from './counted.ts'
import { groupBy } from './group-by.ts'
import { type Attack, firstAttack, type MapScore, scoreMap, secondAttack } from './score-map.ts'
import type { RoundRow, SideRow } from './session-rows.ts'

/** One map of a session: its two rounds, who attacked how, and what it counts. */
export interface MapResult {
  map: string
  /** In the order of play; those that were counted in this session. */
  rounds: RoundOfMap[]
  /** Points by rule `box-1`; null: not counted. */
  score: Record<TeamName, number> | null
  winner: TeamName | 'tie' | null
  /** Why it does not count; null: it does. */
  reason: string | null
  /** Each team's own attack; null: not played here. */
  attacks: Record<TeamName, Attack | null>
}

interface RoundOfMap {
  roundId: number
  roundNumber: 1 | 2
  endedAt: string
  durationSeconds: number | null
  outcome: Outcome | null
  /** Null: the line-ups do not tell. */
  axisTeam: TeamName | null
  defender: 'axis' | 'allies' | null
  winner: 'axis' | 'allies' | 'draw' | null
}

/** The maps that the same two teams played, with their score. */
export interface Match {
  stretch: Stretch
  maps: MapResult[]
  score: Record<TeamName, number>
  winner: TeamName | 'tie' | null
}

/** Groups the counted rounds of a session into matches, and scores their maps. `rounds` in the order of play. */
export function buildMatches(
  rounds: readonly RoundRow[],
  partners: readonly RoundRow[],
  sides: readonly SideRow[],
): Match[] {
  const counted = rounds.filter(isCounted)
  const stretches = assignTeams(sidedRounds(counted, sides))
  const matches = stretches.map(stretch => ({ stretch, maps: [] as MapResult[] }))
  if (matches.length === 0 && counted.length > 0) matches.push({ stretch: NOBODY, maps: [] })
  for (const pair of pairsOf(counted)) {
    // One without players on both sides belongs to the match that it fell into.
    const home =
      matches.findLast(({ stretch }) => pair.some(round => stretch.axisTeam.has(round.round_id))) ??
      matches.findLast(({ maps }) => maps.length > 0) ??
      matches[0]
    if (home) home.maps.push(mapResult(pair, partners, home.stretch))
  }
  return matches.map(match => ({ ...match, ...scoreOf(match.maps) }))
}

const NOBODY: Stretch = { axisTeam: new Map(), appearances: new Map(), lowestShare: 1 }

function sidedRounds(rounds: readonly RoundRow[], sides: readonly SideRow[]): SidedRound[] {
  const byRound = groupBy(sides, row => row.round_id)
  return rounds.map(round => {
    const rows = byRound.get(round.round_id) ?? []
    const guids = (team: number) => rows.filter(row => row.team === team).map(row => row.player_guid)
    const { round_id: roundId, round_number: roundNumber, match_id: matchId } = round
    return { roundId, roundNumber, matchId, axis: guids(1), allies: guids(2) }
  })
}

/** The rounds of each map together, in the order of their first. */
function pairsOf(rounds: readonly RoundRow[]): RoundRow[][] {
  return [...groupBy(rounds, round => round.match_id ?? `alone ${round.round_id}`).values()]
}

function mapResult(pair: readonly RoundRow[], partners: readonly RoundRow[], stretch: Stretch): MapResult {
  const matchId = pair[0]?.match_id ?? null
  const own = new Set(pair.map(round => round.round_id))
  const partner =
    matchId === null
      ? undefined
      : partners.find(round => round.match_id === matchId && !own.has(round.round_id))
  const round1 = pair.find(round => round.round_number === 1)
  const round2 = pair.find(round => round.round_number === 2)
  const result: MapResult = {
    map: pair[0]?.map_name ?? '',
    rounds: pair.map(round => roundOfMap(round, stretch)),
    score: null,
    winner: null,
    reason: null,
    attacks: { A: null, B: null },
  }
  const facts1 = round1 ?? (partner?.round_number === 1 ? partner : undefined)
  const teamIn2 = round2 ? (stretch.axisTeam.get(round2.round_id) ?? null) : null
  const teamIn1 = round1 ? (stretch.axisTeam.get(round1.round_id) ?? null) : teamIn2 && opponent(teamIn2)

  if (!round2) {
    const defender = round1?.defender_team ?? null
    if (round1) place(result, attackers(teamIn1, defender), firstAttack(round1, partner ?? null, defender))
    return { ...result, reason: partner ? elsewhere(2, partner) : 'only round 1 was played' }
  }
  if (!facts1) {
    const defender = round2.defender_team
    place(result, attackers(teamIn2, defender), secondAttack(round2, defender))
    return { ...result, reason: 'its round 1 is not here' }
  }
  const { score, attacks } = scoreMap(facts1, round2)
  const defender = facts1.defender_team ?? round2.defender_team
  if (teamIn1 === null || teamIn2 === null) {
    return { ...result, reason: 'the line-ups are unclear' }
  }
  if (teamIn1 === teamIn2)
    return { ...result, reason: 'the line-ups are unclear: the teams did not swap sides' }
  place(result, attackers(teamIn1, defender), attacks[0])
  place(result, attackers(teamIn2, defender), attacks[1])
  return { ...result, ...points(score, teamIn2) }
}

function elsewhere(roundNumber: number, partner: RoundRow): string {
  return `round ${roundNumber} was played in session ${partner.gaming_session_id}`
}

function points(score: MapScore, axisTeam: TeamName): Pick<MapResult, 'score' | 'winner' | 'reason'> {
  if (score.kind === 'unclear') return { score: null, winner: null, reason: score.reason }
  if (score.side === null) return { score: { A: 1, B: 1 }, winner: 'tie', reason: null }
  const winner = score.side === 1 ? axisTeam : opponent(axisTeam)
  return { score: { A: winner === 'A' ? 2 : 0, B: winner === 'B' ? 2 : 0 }, winner, reason: null }
}

/** Defenders are a side, the same in both rounds; attackers are the team on the other. */
function attackers(axisTeam: TeamName | null, defender: 1 | 2 | null): TeamName | null {
  if (axisTeam === null || defender === null) return null
  return defender === 1 ? opponent(axisTeam) : axisTeam
}

function place(result: MapResult, team: TeamName | null, attack: Attack): void {
  if (team !== null) result.attacks[team] = attack
}

function roundOfMap(round: RoundRow, stretch: Stretch): RoundOfMap {
  return {
    roundId: round.round_id,
    roundNumber: round.round_number,
    endedAt: round.ended_at.toISOString(),
    durationSeconds: round.duration_seconds,
    outcome: round.outcome,
    axisTeam: stretch.axisTeam.get(round.round_id) ?? null,
    defender: round.defender_team === null ? null : round.defender_team === 1 ? 'axis' : 'allies',
    winner: round.winner_team === null ? null : (['draw', 'axis', 'allies'] as const)[round.winner_team],
  }
}

function scoreOf(maps: readonly MapResult[]): Pick<Match, 'score' | 'winner'> {
  const counted = maps.flatMap(({ score }) => (score ? [score] : []))
  const score = {
    A: counted.reduce((total, each) => total + each.A, 0),
    B: counted.reduce((total, each) => total + each.B, 0),
  }
  if (counted.length === 0) return { score, winner: null }
  return { score, winner: score.A === score.B ? 'tie' : score.A > score.B ? 'A' : 'B' }
}
