import { z } from 'zod'

/**
 * A backup is gzipped JSON lines: a head, for each table its rows, the sequences, and an end that says how many rows
 * there were. Each row is as PostgreSQL writes it as JSON, so that no figure passes through JavaScript.
 */
export const headSchema = z.object({
  kind: z.literal('head'),
  format: z.literal(1),
  version: z.string(),
  madeAt: z.string(),
  /** Names of the migrations of the tables, in order. */
  migrations: z.array(z.string()),
})

export const lineSchema = z.discriminatedUnion('kind', [
  headSchema,
  z.object({ kind: z.literal('table'), table: z.string(), columns: z.array(z.string()) }),
  z.object({ kind: z.literal('rows'), rows: z.array(z.string()) }),
  z.object({ kind: z.literal('sequence'), table: z.string(), column: z.string(), value: z.number() }),
  z.object({ kind: z.literal('end'), rows: z.record(z.string(), z.number()) }),
])

export type BackupLine = z.infer<typeof lineSchema>

/**
 * Made again from the raw files by `rebuild`, or from the rounds at the next look at players: nine tenths of the rows,
 * and none of what was delivered or decided.
 */
export const DERIVED_TABLES = [
  ...['player_comprehensive_stats', 'weapon_comprehensive_stats'],
  ...['rating_marks', 'rated_maps', 'rating_checkpoints', 'round_awards', 'round_duels'],
  ...['player_cells', 'player_map_cells', 'player_name_cells', 'record_cells', 'player_award_cells'],
  ...['player_map_results', 'map_round_cells', 'player_changes', 'unsummed_sessions', 'sum_layout'],
  ...['stale_sums', 'player_sums', 'player_map_sums', 'player_name_sums', 'map_sums', 'duel_cells'],
]
