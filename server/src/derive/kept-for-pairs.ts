/**
 * A pure function of two things that never change, which is asked again and again: a file is read with those around it
 * at each import. What it gave is kept for as long as both things are; nobody can tell but by the clock.
 */
export function keptForPairs<A extends object, B extends object, Result>(
  ask: (a: A, b: B) => Result,
): (a: A, b: B) => Result {
  const kept = new WeakMap<A, WeakMap<B, Result>>()
  return (a, b) => {
    const ofA = kept.get(a) ?? new WeakMap<B, Result>()
    const known = ofA.get(b)
    if (known !== undefined) return known
    const result = ask(a, b)
    kept.set(a, ofA.set(b, result))
    return result
  }
}
