export interface VoiceRules {
  voiceStartCount: number
  /** Fewer than this ends it. */
  voiceEndCount: number
  voiceEndSeconds: number
}

/** A gathering that is under way, as the database holds it. */
export interface OpenVoice {
  /** Since when too few are there; null: enough are. */
  lowSince: Date | null
}

export type VoiceStep = 'begin' | 'low' | 'recover' | 'end'

/**
 * What a count means for the gathering; null: nothing new. Pure, and its state is in the database: a restart in any gap
 * goes on where it was. While nobody looked (the server was down) the people may have come back, so what counts is how
 * few are there when it looks again.
 */
export function nextVoiceStep(
  open: OpenVoice | null,
  people: number,
  now: Date,
  { voiceStartCount, voiceEndCount, voiceEndSeconds }: VoiceRules,
): VoiceStep | null {
  if (!open) return people >= voiceStartCount ? 'begin' : null
  if (people >= voiceEndCount) return open.lowSince ? 'recover' : null
  if (!open.lowSince) return voiceEndSeconds === 0 ? 'end' : 'low'
  return now.getTime() - open.lowSince.getTime() >= voiceEndSeconds * 1000 ? 'end' : null
}
