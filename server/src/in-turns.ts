import { setImmediate as nextTurn } from 'node:timers/promises'

/** What another request waits at most for work that is done in turns. */
const TURN_MS = 20

/**
 * Does the work of each, one after the other, and lets the process do something else now and then: it has one loop, and
 * how many items there are may be in a stranger's hand.
 */
export async function inTurns<Item, Done>(
  items: readonly Item[],
  work: (item: Item) => Done,
): Promise<Done[]> {
  const done: Done[] = []
  let began = performance.now()
  for (const item of items) {
    done.push(work(item))
    if (performance.now() - began < TURN_MS) continue
    await nextTurn()
    began = performance.now()
  }
  return done
}
