import { LRUCache } from 'lru-cache'
import { RequestFault } from './request-fault.ts'

export interface Versioned<T> {
  value: T
  /** Changes with every change of the rows behind the value. */
  version: string
}

/**
 * The dear reads of all readers together. A few at once, whoever asks: hundreds that wait for the database would hold
 * its connections, and an upload must not stand behind them.
 */
export interface BoundedReads {
  /** Everybody who asks for `key` while a read of it is under way gets the next one: it began after they asked. */
  read<T>(key: string, load: () => Promise<T>): Promise<T>
}

interface Limits {
  /** Reads at the same time; the pool has ten connections, and uploads need theirs. */
  atOnce?: number
  /** Different reads that wait. At some 20 ms each the last waits five seconds; more are asked to come again. */
  waiting?: number
}

export function boundedReads({ atOnce = 3, waiting: most = 256 }: Limits = {}): BoundedReads {
  const underWay = new Map<string, { now: Promise<unknown>; next: Promise<unknown> | null }>()
  const queue: (() => void)[] = []
  let running = 0

  function read<T>(key: string, load: () => Promise<T>): Promise<T> {
    const known = underWay.get(key)
    // One key is always of one type.
    if (known?.next) return known.next as Promise<T>
    if (known) {
      const next = known.now.then(
        () => begin(key, load),
        () => begin(key, load),
      )
      known.next = next
      return next
    }
    return begin(key, load)
  }

  function begin<T>(key: string, load: () => Promise<T>): Promise<T> {
    const now = pass(load)
    const entry = { now, next: null }
    underWay.set(key, entry)
    const leave = () => {
      const current = underWay.get(key)
      if (current?.now === now && current.next === null) underWay.delete(key)
    }
    now.then(leave, leave)
    return now
  }

  async function pass<T>(load: () => Promise<T>): Promise<T> {
    if (running >= atOnce) {
      if (queue.length >= most) {
        throw new RequestFault('too_fast', 'Many are reading at this moment; ask again shortly.', {
          'retry-after': '2',
        })
      }
      await new Promise<void>(resolve => queue.push(resolve))
    } else running += 1
    try {
      return await load()
    } finally {
      // Who waits takes the place over.
      const next = queue.shift()
      if (next) next()
      else running -= 1
    }
  }

  return { read }
}

interface Source<Key, T> {
  reads: BoundedReads
  /** Of this cache among the others. */
  name: string
  /** Values that are kept, the last used. */
  max: number
  /** Null: there is no such thing. */
  versionOf: (key: Key) => Promise<string | null>
  /** The value with the version that goes with it: both of one snapshot. */
  load: (key: Key) => Promise<Versioned<T> | null>
}

/**
 * Values by key, each loaded once per state of its rows. Whether it is still the state of the rows is asked at every
 * request (a millisecond): nobody is shown less than the database had when he asked.
 */
export function versionedCache<Key extends string | number, T>({
  reads,
  name,
  max,
  versionOf,
  load,
}: Source<Key, T>): (key: Key) => Promise<Versioned<T> | null> {
  const kept = new LRUCache<Key, Versioned<T>>({ max })
  return key =>
    reads.read(`${name} ${key}`, async () => {
      const version = await versionOf(key)
      if (version === null) return null
      const known = kept.get(key)
      if (known?.version === version) return known
      const loaded = await load(key)
      if (loaded) kept.set(key, loaded)
      return loaded
    })
}
