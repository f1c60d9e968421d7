/** When a round began: its file is written when it ends. Rounds that were not measured count from their end. */
export function roundStart(round: { ended_at: Date; duration_seconds: number | null }): Date {
  return new Date(round.ended_at.getTime() - 1000 * (round.duration_seconds ?? 0))
}
