import { RULES_VERSION } from '../../derive/rules-version.ts'

/** Rows by table, as imports would have written them. */
export type Rows = Record<SeededTable, object[]>
export const SEEDED_TABLES = [
  'processed_files',
  'gaming_sessions',
  'rounds',
  'player_comprehensive_stats',
  'weapon_comprehensive_stats',
  'endstats_files',
  'round_awards',
  'round_duels',
  'players',
] as const
type SeededTable = (typeof SEEDED_TABLES)[number]

export function noRows(): Rows {
  const rows: Partial<Rows> = {}
  for (const table of SEEDED_TABLES) rows[table] = []
  return rows as Rows
}

export const RECEIVED_AFTER_MS = 2_000

/** A file's columns, whatever it holds. */
export function keptFile(
  file: { fileId: number; filename: string; sha256: string; content: Buffer; endedAt: Date },
  serverId: number,
) {
  const receivedAt = new Date(file.endedAt.getTime() + RECEIVED_AFTER_MS)
  return {
    ...{ file_id: file.fileId, server_id: serverId, filename: file.filename, sha256: file.sha256 },
    ...{ bytes: file.content.length, content: `\\x${file.content.toString('hex')}`, source: 'agent' },
    ...{
      received_at: receivedAt,
      processed_at: receivedAt,
      file_modified_at: file.endedAt,
      status: 'imported',
    },
    ...{ rules_version: RULES_VERSION, took_ms: 10 },
  }
}
