/** A file that two sources see is seen by both within one scan; the server knows all the others. */
const KEEP = 256

/** What the server has taken a moment ago, and what is being sent at this moment: shared by all sources. */
export class RecentDeliveries {
  readonly #taken = new Map<string, string>()
  readonly #underWay = new Set<string>()

  /** These bytes are on the server under this name. */
  has(name: string, sha256: string): boolean {
    return this.#taken.get(name) === sha256
  }

  add(name: string, sha256: string): void {
    this.#taken.delete(name)
    this.#taken.set(name, sha256)
    const [oldest] = this.#taken.keys()
    if (this.#taken.size > KEEP && oldest !== undefined) this.#taken.delete(oldest)
  }

  /** The server may have lost them. */
  clear(): void {
    this.#taken.clear()
  }

  /** False if another source is sending them. */
  begin(name: string, sha256: string): boolean {
    const key = `${name} ${sha256}`
    if (this.#underWay.has(key)) return false
    this.#underWay.add(key)
    return true
  }

  end(name: string, sha256: string): void {
    this.#underWay.delete(`${name} ${sha256}`)
  }
}
