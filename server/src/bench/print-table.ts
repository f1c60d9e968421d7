import { isReached, type Measurement, type Reach, ratioOf } from './measurement.ts'

const HEADING = ['ratio', 'to reach', '', 'case', 'measured', 'beside it']

/** Ratios first: they hold on other machines. */
export function toCells(measurement: Measurement): string[] {
  const { name, value, unit, peer, reach } = measurement
  const ratio = ratioOf(measurement)
  const verdict = { true: 'yes', false: 'no', null: '' }[
    String(isReached(measurement)) as 'true' | 'false' | 'null'
  ]
  return [
    ratio === null ? '' : short(ratio),
    reach ? reachText(reach, unit) : '',
    verdict,
    name,
    `${short(value)} ${unit}`,
    peer ? `${short(peer.value)} ${unit}, ${peer.name}` : '',
  ]
}

export function markdownTable(measurements: readonly Measurement[]): string {
  const row = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const lines = measurements.map(measurement => row(toCells(measurement)))
  return [row(HEADING), row(HEADING.map(() => '---')), ...lines].join('\n')
}

function reachText({ of, most, least }: Reach, unit: string): string {
  const what = { value: unit === '%' ? ' %' : ` ${unit}`, ratio: ' ×', excess: ` ${unit} more` }[of]
  return most !== undefined ? `≤ ${most}${what}` : `≥ ${least}${what}`
}

function short(value: number): string {
  if (Math.abs(value) >= 100) return String(Math.round(value))
  return Number(value.toPrecision(3)).toString()
}
