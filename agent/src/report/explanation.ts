/** The story of one file, as `explain` tells it. */
export interface Explanation {
  verdict:
    | 'delivered'
    | 'duplicate'
    | 'ignored'
    | 'rejected'
    | 'waiting'
    | 'growing'
    | 'not_a_stats_file'
    | 'too_large'
    | 'unknown'
  /** The story, a sentence a line. */
  lines: string[]
  /** What to do; null if nothing. */
  advice: string | null
}
