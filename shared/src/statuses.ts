import * as z from 'zod/mini'

/** Only a `complete` round counts. `aborted`: shown, not counted. `awaiting_round_1`: no figures of its own yet. */
export const roundStatusSchema = z.enum(['complete', 'awaiting_round_1', 'aborted'])
export type RoundStatus = z.infer<typeof roundStatusSchema>

/** `imported`: the current bytes of a round. `ignored`: kept, but makes no round. `rejected`: not a valid stats file. */
export const fileStatusSchema = z.enum(['imported', 'rejected', 'ignored'])
export type FileStatus = z.infer<typeof fileStatusSchema>

/** The two teams of the game; a stats file calls them 1 and 2. */
export const sideSchema = z.enum(['axis', 'allies'])
export type Side = z.infer<typeof sideSchema>

/** Who won a round; a stats file says 0 for a draw. */
export const roundWinnerSchema = z.enum(['axis', 'allies', 'draw'])
export type RoundWinner = z.infer<typeof roundWinnerSchema>
