import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const CORPUS = join(import.meta.dirname, '../fixtures/corpus')

/** The zone of the servers that wrote the corpus. */
export const CORPUS_ZONE = 'Europe/Ljubljana'

export interface CorpusFile {
  name: string
  content: Buffer
}

export type CorpusFolder = 'evenings' | 'older/c0rnp0rn' | 'older/c0rnp0rn7'

/** Authentic stats files in the order of their names. */
export function corpusFiles(folder: CorpusFolder): CorpusFile[] {
  const files = join(CORPUS, folder, 'files')
  return readdirSync(files)
    .sort()
    .map(name => ({ name, content: readFileSync(join(files, name)) }))
}

export function corpusFile(name: string): CorpusFile {
  return { name, content: readFileSync(join(CORPUS, 'evenings/files', name)) }
}

/** The true figures of one player in one round alone; see the corpus's README. */
export interface IdealRow {
  file: string
  session: number
  match: string
  guid8: string
  /** All 32 characters. */
  guid: string
  /** One code point per byte. */
  name: string
  team: number
  xp: number
  time_ms: number
  alive_ms: number
  headshots: number
  shots: number
  hits: number
  kills: number
  deaths: number
  /** What a reconnect erased. */
  lost_in_file: unknown
  left_before_end: boolean
  weapons: Record<string, { hits: number; shots: number; kills: number; deaths: number; headshots: number }>
  damage_given: number
  damage_received: number
  team_damage_given: number
  team_damage_received: number
  gibs: number
  self_kills: number
  team_kills: number
  team_gibs: number
}

export function idealRows(): IdealRow[] {
  return JSON.parse(readFileSync(join(CORPUS, 'evenings/ideal.json'), 'utf8'))
}

/** What the driving simulation knows of an older script's file. */
export interface OlderTruth {
  file: string
  players: {
    guid8: string
    in_file: boolean
    line: { base: Record<string, unknown>; cumulative: Record<string, unknown> } | null
  }[]
}

export function olderTruth(folder: 'older/c0rnp0rn' | 'older/c0rnp0rn7'): OlderTruth[] {
  const truth = join(CORPUS, folder, 'truth')
  return readdirSync(truth).map(name => JSON.parse(readFileSync(join(truth, name), 'utf8')))
}

export interface DamagedCase {
  case: string
  upload_name: string
  expect: 'accept' | 'accept_with_warning' | 'reject' | 'ignore' | 'reject_or_warn'
  why: string
  content: Buffer
}

export function damagedCases(): DamagedCase[] {
  const { cases } = JSON.parse(readFileSync(join(CORPUS, 'malformed/manifest.json'), 'utf8')) as {
    cases: (Omit<DamagedCase, 'content'> & { path: string })[]
  }
  return cases.map(each => ({ ...each, content: readFileSync(join(CORPUS, 'malformed', each.path)) }))
}

/** The awards and duels of the evenings' rounds, in the order of their names. */
export function corpusEndstats(): CorpusFile[] {
  const folder = join(CORPUS, 'evenings/endstats')
  return readdirSync(folder)
    .sort()
    .map(name => ({ name, content: readFileSync(join(folder, name)) }))
}

/** Which file of awards is of which round, as the simulation knows it. */
export function corpusRounds(): { file: string; endstats_file: string; match: string; round: number }[] {
  const { rounds } = JSON.parse(readFileSync(join(CORPUS, 'evenings/index.json'), 'utf8')) as {
    rounds: { file: string; endstats_file: string; match_key: string; round: number }[]
  }
  return rounds.map(({ match_key, ...round }) => ({ ...round, match: match_key }))
}
