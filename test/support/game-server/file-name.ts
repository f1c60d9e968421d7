import { Temporal } from 'temporal-polyfill'

/** The stamp is the host's local wall clock, as naive as it is: no zone, no mark of summer time. */
export function fileName(ms: number, zone: string, map: string, round: 1 | 2): string {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toZonedDateTimeISO(zone)
  const pad = (value: number) => String(value).padStart(2, '0')
  const time = `${pad(local.hour)}${pad(local.minute)}${pad(local.second)}`
  return `${local.toPlainDate()}-${time}-${map}-round-${round}.txt`
}
