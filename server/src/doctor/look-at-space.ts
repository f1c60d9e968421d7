import { access, constants, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Finding, failed, ok, warning } from '@debrief/shared'
import type { Config } from '../config.ts'

/** PostgreSQL ends where it cannot write; a year of rounds takes about this. */
const LITTLE_MEGABYTES = 1_000
const NEARLY_NONE_MEGABYTES = 200

/** Can we write where data and logs go, and is there room? */
export async function lookAtSpace({
  dataDir,
  logDir,
}: Pick<Config, 'dataDir' | 'logDir'>): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [setting, folder] of [
    ['DATA_DIR', dataDir],
    ['LOG_DIR', logDir],
  ] as const) {
    const place = await nearestExisting(folder)
    const isOurs = await access(place, constants.W_OK).then(
      () => true,
      () => false,
    )
    if (!isOurs)
      findings.push(
        failed(
          'disk',
          `${setting}: ${place} cannot be written by this user.`,
          'Run this as the user of the service (sudo -u debrief …), or give it the folder (chown).',
        ),
      )
    const { bavail, bsize } = await statfs(place)
    findings.push(toRoom(setting, place, Math.floor((bavail * bsize) / 1_000_000)))
  }
  return findings
}

function toRoom(setting: string, place: string, megabytes: number): Finding {
  const detail = `${setting}: ${megabytes} MB are free at ${place}.`
  if (megabytes < NEARLY_NONE_MEGABYTES)
    return failed('disk', detail, 'Make room now: a database that cannot write takes no file.')
  if (megabytes < LITTLE_MEGABYTES) return warning('disk', detail, 'Make room before it is needed.')
  return ok('disk', detail)
}

async function nearestExisting(path: string): Promise<string> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  )
  return isThere || dirname(path) === path ? path : nearestExisting(dirname(path))
}
