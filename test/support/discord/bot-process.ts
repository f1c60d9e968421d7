import { pino } from 'pino'
import { loadConfig } from '../../../server/src/config.ts'
import { openDatabase } from '../../../server/src/db/database.ts'
import { startDiscord } from '../../../server/src/discord/start-discord.ts'

/** A process that runs the bot of these settings until it is killed. */
const log = pino({ level: 'error' }, pino.destination({ dest: 2, sync: true }))
const config = loadConfig(process.env)
const { db, pool } = openDatabase({ url: config.databaseUrl ?? '', log })
startDiscord({ db, pool, log, config, state: { databasePrepared: true, discord: 'off' } })
// Orphans end with the test.
process.stdin.resume().once('end', () => process.exit())
