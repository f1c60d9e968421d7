/** A round's neighbour in time on the same game server. */
export interface Neighbour {
  gamingSessionId: number
  endedAt: Date
}

/**
 * - `new`: no round is near; a session begins.
 * - `join`: the round belongs to the session of its neighbour.
 * - `merge`: it closes the gap between two sessions; the older number stays.
 */
export type SessionPlace =
  | { kind: 'new' }
  | { kind: 'join'; id: number }
  | { kind: 'merge'; keep: number; drop: number }

/** A gap of more than `sessionGapMinutes` between the ends of two rounds begins another session. */
export function placeInSession(
  endedAt: Date,
  before: Neighbour | null,
  after: Neighbour | null,
  sessionGapMinutes: number,
): SessionPlace {
  const isNear = (neighbour: Neighbour | null): neighbour is Neighbour =>
    neighbour !== null && !isGap(neighbour.endedAt, endedAt, sessionGapMinutes)
  const ids = [before, after].filter(isNear).map(neighbour => neighbour.gamingSessionId)
  const keep = Math.min(...ids)
  const drop = Math.max(...ids)
  if (ids.length === 0) return { kind: 'new' }
  return keep === drop ? { kind: 'join', id: keep } : { kind: 'merge', keep, drop }
}

export function isGap(a: Date, b: Date, sessionGapMinutes: number): boolean {
  return Math.abs(a.getTime() - b.getTime()) > sessionGapMinutes * 60_000
}
