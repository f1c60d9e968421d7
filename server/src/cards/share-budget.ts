/**
 * Shares `budget` among needs, each at least its minimum: small needs are met, and the large ones share the rest
 * equally. The minimums must fit.
 */
export function shareBudget(needs: readonly { need: number; least: number }[], budget: number): number[] {
  const shares = needs.map(({ least }) => least)
  let rest = budget - shares.reduce((total, share) => total + share, 0)
  let hungry = needs.map((_, index) => index).filter(index => needOf(needs, index) > (shares[index] ?? 0))
  while (rest > 0 && hungry.length > 0) {
    const portion = Math.max(1, Math.floor(rest / hungry.length))
    for (const index of hungry) {
      const given = Math.min(portion, rest, needOf(needs, index) - (shares[index] ?? 0))
      shares[index] = (shares[index] ?? 0) + given
      rest -= given
    }
    hungry = hungry.filter(index => needOf(needs, index) > (shares[index] ?? 0))
  }
  return shares
}

function needOf(needs: readonly { need: number }[], index: number): number {
  return needs[index]?.need ?? 0
}
