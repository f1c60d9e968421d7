import type { DuelBlock } from '../parse/endstats-file.ts'

/** A player of the round that the file of awards belongs to, as far as its rows tell. */
export interface RoundPlayer {
  guid: string
  cleanName: string
  /** 1 Axis, 2 Allies, 3 spectator. */
  team: number
  objectivesStolen: number | null
  usefulKills: number | null
}

/** Who is meant by a name of the file, and by the header of a block; null: nobody, or more than one could be. */
export interface NameBook {
  guidOf(name: string): string | null
  guidOfBlock(block: DuelBlock): string | null
}

/**
 * Names are resolved within the round and the file: the file's have neither colours nor what is no printable ASCII, so
 * that two players may have become one name. Then it stays a name.
 */
export function resolveNames(blocks: readonly DuelBlock[], players: readonly RoundPlayer[]): NameBook {
  const bots = players.filter(({ guid }) => isBot(guid))
  const guidOfBlock = (block: DuelBlock): string | null => {
    if (!isBot(block.guid)) return block.guid.slice(0, 8)
    const namesakes = blocks.filter(other => isBot(other.guid) && other.name === block.name)
    const rows = bots.filter(({ cleanName }) => isWrittenAs(cleanName, block.name))
    return namesakes.length === 1 && rows.length === 1 ? (rows[0]?.guid ?? null) : null
  }
  const known = new Map<string, string | null>()
  const find = (name: string): string | null => {
    const inFile = blocks.filter(block => block.name === name).map(guidOfBlock)
    const inRound = players.filter(({ cleanName }) => isWrittenAs(cleanName, name)).map(({ guid }) => guid)
    const meant = new Set([...inFile, ...inRound])
    const [only = null] = meant
    return meant.size === 1 ? only : null
  }
  return {
    guidOfBlock,
    guidOf(name) {
      const guid = known.has(name) ? (known.get(name) ?? null) : find(name)
      known.set(name, guid)
      return guid
    },
  }
}

/** Whether a name without colours stands in the file as `written`: whole, or only its printable ASCII. */
export function isWrittenAs(cleanName: string, written: string): boolean {
  return cleanName === written || cleanName.replace(/[^\x20-\x7e]/gu, '') === written
}

function isBot(guid: string): boolean {
  return guid.startsWith('OMNIBOT')
}
