import type { GameEvent } from './client.ts'
import { add, BEST_OF, type Tally } from './figures.ts'
import type { KeptLine } from './stats-script.ts'

/**
 * The second oracle: for each line of a round's file what its player did in that round, added up from what happened,
 * without any of the counters that the file was made from. What happened after a leaver's last snapshot is in no file.
 */
export function addUp(events: readonly GameEvent[], lines: readonly KeptLine[]): Map<KeptLine, Tally> {
  const truth = new Map(lines.map(line => [line, new Map() as Tally]))
  const bySession = new Map(lines.map(line => [line.client.session, line]))
  for (const { session, at, figure, amount } of events) {
    const line = bySession.get(session)
    const tally = line && truth.get(line)
    if (!tally || at > line.until) continue
    if (BEST_OF.has(figure)) tally.set(figure, Math.max(tally.get(figure) ?? 0, amount))
    else add(tally, figure, amount)
  }
  return truth
}
