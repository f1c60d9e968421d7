import { z } from 'zod'

/** A number of an address as people and programs write it: digits. `Number` would also take `1e0`, `0x1` and spaces. */
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER) {
  return z.preprocess(
    text => (typeof text === 'string' && /^\d{1,16}$/.test(text) ? Number(text) : text),
    z.number('expected a whole number, in digits').int().min(least).max(most),
  )
}

/** The same for pages and pictures, where what is no number is nothing that there is. */
export const numberSchema = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
