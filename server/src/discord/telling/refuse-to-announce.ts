import type { Config } from '../../config.ts'

export interface Refusal {
  kind: 'old' | 'future' | 'few_people'
  sentence: string
  level: 'info' | 'warn'
}

/** The clocks of a game server and of this machine may differ by this much. */
const CLOCK_SKEW_MINUTES = 10
const MINUTE_MS = 60_000

/**
 * Why a round gets no message of its own; null: it gets one. Pure.
 * - Old when we heard of it: a first start with years of files is silent. Old by then, not by now: what waited for
 *   Discord to come back is still told.
 * - Of the future: a stamp that cannot be true.
 * - Of too few people: somebody looked at a map.
 */
export function refuseToAnnounce(
  round: { roundId: number; endedAt: string; people: number },
  heardAt: Date,
  config: Pick<Config['discord'], 'autopostMaxAgeMinutes' | 'autopostMinPlayers'>,
): Refusal | null {
  const ageMinutes = (heardAt.getTime() - Date.parse(round.endedAt)) / MINUTE_MS
  const silent = `Round ${round.roundId} is not announced:`
  if (ageMinutes > config.autopostMaxAgeMinutes) {
    return { kind: 'old', level: 'info', sentence: `${silent} it was over long before its file came.` }
  }
  if (ageMinutes < -CLOCK_SKEW_MINUTES) {
    const sentence =
      `${silent} by its file's name it ends ${Math.round(-ageMinutes)} minutes from now. Are the game server's clock ` +
      'and its time zone here right? `debrief token list` shows the zone.'
    return { kind: 'future', level: 'warn', sentence }
  }
  const { people } = round
  if (people < config.autopostMinPlayers) {
    const who = people === 1 ? 'one person' : `${people} people`
    const sentence = `${silent} ${who} played, and AUTOPOST_MIN_PLAYERS is ${config.autopostMinPlayers}.`
    return { kind: 'few_people', level: 'info', sentence }
  }
  return null
}
