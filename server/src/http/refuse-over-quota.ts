import { createHash } from 'node:crypto'
import type { AppContext } from '../app-context.ts'
import type { GameServer } from '../game-servers/game-server.ts'
import type { Quota } from '../game-servers/quota.ts'
import { isHere } from './find-missing.ts'
import type { IsNews } from './once-a-minute.ts'
import { RequestFault } from './request-fault.ts'

/** An operator has to act, so it is no news every second. */
const RETRY_SECONDS = 300

/**
 * Throws where a game server has used up its space, unless these bytes are here already. Its agents keep the files and
 * send them when there is room: nothing is lost. It is an error for the operator's log: rounds are missing meanwhile.
 */
export async function refuseOverQuota(
  {
    db,
    log,
    config,
    quota,
    isNews,
  }: Pick<AppContext, 'db' | 'log' | 'config'> & {
    quota: Quota
    isNews: IsNews
  },
  { serverId, name: server }: GameServer,
  { name, content }: { name: string; content: Buffer },
): Promise<void> {
  if (await quota.hasRoom(serverId, content.length)) return
  const sha256 = createHash('sha256').update(content).digest('hex')
  if (await isHere(db, serverId, { name, content, sha256 })) return
  const megabytes = Math.round(config.maxServerBytes / 1_048_576)
  const facts = { server, file: name, sha256, bytes: content.length }
  log[isNews(`quota ${serverId}`) ? 'error' : 'debug'](
    facts,
    `The files of a game server fill their ${megabytes} MB: new ones are refused until MAX_SERVER_MEGABYTES is more.`,
  )
  throw new RequestFault(
    'quota_full',
    `The files of this game server fill the ${megabytes} MB that it may keep here. Nothing was stored; keep the file. ` +
      'The operator of the server can set MAX_SERVER_MEGABYTES higher.',
    { 'retry-after': String(RETRY_SECONDS) },
  )
}
