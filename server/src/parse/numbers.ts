import { Rejection } from './rejection.ts'

/**
 * No figure of one round comes near this; 28 weapons of a 64-player round still add up below 2^31, so that a sum never
 * overflows an integer column.
 */
const MAX_FIGURE = 10_000_000

const SIGNED = /^-?\d+$/
const DECIMAL = /^\d+\.\d{1,2}$/

/** A counter: digits only. `12.0`, `1e3`, `nan` and `+1` are damage. */
export function parseCount(text: string, line: number, what: string): number {
  if (text === '') throw notANumber(text, line, what)
  // Digit by digit: most of a file is counters, and a pattern and Number() take twice as long.
  let value = 0
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) throw notANumber(text, line, what)
    value = value * 10 + digit
  }
  return bounded(value, text, line, what)
}

/** XP is the one count that may be negative: team kills take points away. */
export function parseSignedCount(text: string, line: number, what: string): number {
  if (!SIGNED.test(text)) throw notANumber(text, line, what)
  return bounded(Number(text), text, line, what)
}

/** A figure that the scripts print with one decimal, or two. */
export function parseDecimal(text: string, line: number, what: string): number {
  if (!DECIMAL.test(text)) throw notANumber(text, line, what)
  return bounded(Number(text), text, line, what)
}

function bounded(value: number, text: string, line: number, what: string): number {
  if (Math.abs(value) <= MAX_FIGURE) return value
  throw new Rejection('number_out_of_range', line, `The ${what} is impossibly large: ${quote(text)}.`)
}

function notANumber(text: string, line: number, what: string): Rejection {
  return new Rejection(
    'bad_number',
    line,
    `The ${what} is not a number of the expected form: ${quote(text)}.`,
  )
}

/** Bytes of a hostile file end up in messages: short, and without control characters. */
export function quote(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this replaces
  const printable = text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '·')
  return JSON.stringify(printable.length > 24 ? `${printable.slice(0, 24)}…` : printable)
}
