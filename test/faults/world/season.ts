import { makeNight } from '../../support/game-server/make-night.ts'
import type { NightFile } from '../../support/game-server/night-file.ts'
import { randomFrom } from './random.ts'

const DAY_MS = 86_400_000

/**
 * The files of one game server's nights, by their seed: first the last two nights on which its clock was changed, then
 * others of the year up to today, so that all are new enough to be posted. Some come before an earlier one.
 */
export function season(seed: number, count: number, today = new Date()): NightFile[] {
  const random = randomFrom(seed)
  const changes = [lastChange(today, 9, '21:00'), lastChange(today, 2, '22:00')]
  const files: NightFile[] = []
  for (let night = 0; files.length < count; night += 1) {
    const start = changes[night] ?? new Date(`${isoDay(today, 3 + 8 * (night - 1))}T19:40:00Z`)
    const isNearChange = (change: Date) => Math.abs(change.getTime() - start.getTime()) < 3 * DAY_MS
    if (night >= changes.length && changes.some(isNearChange)) continue
    files.push(...makeNight(seed + night, { start, zone: 'Europe/Ljubljana' }).files)
  }
  for (let at = 1; at < files.length; at += 1) {
    const [before, after] = files.slice(at - 1, at + 1)
    if (before && after && random() < 0.2) files.splice(at - 1, 2, after, before)
  }
  return files.slice(0, count)
}

function isoDay(today: Date, daysBefore: number): string {
  return new Date(today.getTime() - daysBefore * DAY_MS).toISOString().slice(0, 10)
}

/** The Saturday before the last Sunday of a month (0 to 11), where that is at least a week ago. */
function lastChange(today: Date, month: number, time: string): Date {
  for (let year = today.getUTCFullYear(); ; year -= 1) {
    const last = new Date(Date.UTC(year, month + 1, 0))
    const saturday = new Date(last.getTime() - (last.getUTCDay() + 1) * DAY_MS)
    if (today.getTime() - saturday.getTime() > 7 * DAY_MS)
      return new Date(`${saturday.toISOString().slice(0, 10)}T${time}:00Z`)
  }
}
