/** One line of the table: a figure beside its limit or its peer, which was measured in the same run. */
export interface Measurement {
  name: string
  value: number
  unit: Unit
  peer: { name: string; value: number } | null
  /** What is to be reached; null: only told. */
  reach: Reach | null
}

type Unit = 'files/s' | 'ms' | 'MB' | 'MB/s' | '%' | 'requests' | 'commits' | 's'

/** Of the value itself, of the value divided by the peer's, or of how much it is above the peer's. */
export interface Reach {
  of: 'value' | 'ratio' | 'excess'
  most?: number
  least?: number
}

export function ratioOf({ value, peer }: Measurement): number | null {
  return peer && peer.value !== 0 ? value / peer.value : null
}

/** Null: nothing is to be reached. */
export function isReached(measurement: Measurement): boolean | null {
  const { reach, value, peer } = measurement
  if (!reach) return null
  const figure = { value, ratio: ratioOf(measurement), excess: value - (peer?.value ?? 0) }[reach.of]
  if (figure === null) return null
  return (
    figure <= (reach.most ?? Number.POSITIVE_INFINITY) && figure >= (reach.least ?? Number.NEGATIVE_INFINITY)
  )
}

/** The value below which `share` of them lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
