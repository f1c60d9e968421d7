import type { Random } from '../support/game-server/random.ts'

/** Longer inputs say nothing new, and cost the time of many short ones. */
const MAX_BYTES = 32_768
/** What the borders of numbers and of text are. */
const NUMBERS = [
  '0',
  '-1',
  '1',
  '007',
  '128',
  '255',
  '65536',
  '10000000',
  '10000001',
  '2147483648',
  '1e9',
  '1.5',
  '-0',
  'NaN',
  '9'.repeat(20),
]
const BYTES = [0x00, 0x09, 0x0a, 0x0d, 0x20, 0x22, 0x2d, 0x2f, 0x3a, 0x5c, 0x5e, 0x7f, 0x80, 0xc3, 0xef, 0xff]

interface Material {
  random: Random
  /** Words of the format. */
  tokens: readonly string[]
  /** Inputs that were worth keeping. */
  corpus: readonly Buffer[]
}

type Mutation = (input: Buffer, material: Material) => Buffer

/** One input with one to six things changed, some of them as large as a line, some as small as a bit. */
export function mutate(input: Buffer, material: Material): Buffer {
  let mutated = input
  for (let times = material.random.int(1, 6); times > 0; times -= 1) {
    mutated = material.random.pick(MUTATIONS)(mutated, material)
  }
  return mutated.length > MAX_BYTES && !material.random.chance(0.01)
    ? mutated.subarray(0, MAX_BYTES)
    : mutated
}

const MUTATIONS: readonly Mutation[] = [
  function flipBit(input, { random }) {
    return withByte(input, random, byte => byte ^ (1 << random.int(0, 7)))
  },
  function oddByte(input, { random }) {
    return withByte(input, random, () => random.pick(BYTES))
  },
  function anyByte(input, { random }) {
    return withByte(input, random, () => random.int(0, 255))
  },
  function leaveOut(input, { random }) {
    const [from, to] = span(input, random)
    return Buffer.concat([input.subarray(0, from), input.subarray(to)])
  },
  function repeat(input, { random }) {
    const [from, to] = span(input, random)
    const times = random.chance(0.1) ? random.int(2, 200) : 2
    const parts = new Array<Buffer>(times).fill(input.subarray(from, to))
    return Buffer.concat([input.subarray(0, from), ...parts, input.subarray(to)]).subarray(0, 4 * MAX_BYTES)
  },
  function cutOff(input, { random }) {
    return input.subarray(0, random.int(0, input.length))
  },
  function insertWord(input, { random, tokens }) {
    const at = random.int(0, input.length)
    return Buffer.concat([
      input.subarray(0, at),
      Buffer.from(random.pick(tokens), 'latin1'),
      input.subarray(at),
    ])
  },
  function otherNumber(input, { random }) {
    const numbers = [...input.toString('latin1').matchAll(/-?\d+(?:\.\d+)?/g)]
    if (numbers.length === 0) return input
    const number = random.pick(numbers)
    const text = random.chance(0.5)
      ? random.pick(NUMBERS)
      : String(Math.round(Number(number[0])) + random.int(-2, 2))
    return replace(input, number.index, number[0].length, text)
  },
  function moveLine(input, { random }) {
    return inParts(input, '\n', lines => {
      const [line] = lines.splice(random.int(0, lines.length - 1), 1)
      lines.splice(random.int(0, lines.length), 0, line ?? '')
    })
  },
  function repeatLine(input, { random }) {
    return inParts(input, '\n', lines => {
      const times = random.chance(0.05) ? 130 : 1
      const line = random.pick(lines)
      lines.splice(random.int(0, lines.length), 0, ...new Array<string>(times).fill(line))
    })
  },
  function moveField(input, { random }) {
    return inParts(input, random.pick(['\t', '\\', ' ', ':', '-', '; ']), fields => {
      const [field] = fields.splice(random.int(0, fields.length - 1), 1)
      if (random.chance(0.5)) fields.splice(random.int(0, fields.length), 0, field ?? '')
    })
  },
  function splice(input, { random, corpus }) {
    const other = random.pick(corpus)
    const [from, to] = span(other, random)
    const at = random.int(0, input.length)
    return Buffer.concat([input.subarray(0, at), other.subarray(from, to), input.subarray(at)])
  },
]

function withByte(input: Buffer, random: Random, change: (byte: number) => number): Buffer {
  if (input.length === 0) return Buffer.from([random.int(0, 255)])
  const changed = Buffer.from(input)
  const at = random.int(0, input.length - 1)
  changed[at] = change(changed[at] ?? 0) & 0xff
  return changed
}

function span(input: Buffer, random: Random): [from: number, to: number] {
  const from = random.int(0, input.length)
  const longest = random.chance(0.8) ? 32 : input.length
  return [from, Math.min(input.length, from + random.int(0, longest))]
}

function replace(input: Buffer, at: number, length: number, text: string): Buffer {
  return Buffer.concat([input.subarray(0, at), Buffer.from(text, 'latin1'), input.subarray(at + length)])
}

function inParts(input: Buffer, separator: string, change: (parts: string[]) => void): Buffer {
  const parts = input.toString('latin1').split(separator)
  change(parts)
  return Buffer.from(parts.join(separator), 'latin1')
}
