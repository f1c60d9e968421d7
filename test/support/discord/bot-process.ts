import { pino } from 'pino'
import { loadConfig } from '../../../server/src/config.ts'
import { openDatabase } from '../../../server/src/db/database.ts'
import { startDiscord } from '../../../server/src/discord/start-discord.ts'
import { newTelling } from '../../../server/src/server-state.ts'
import { sharedDrawer } from '../shared-drawer.ts'

/** A process that runs the bot of these settings until it is killed. */
const log = pino({ level: 'error' }, pino.destination({ dest: 2, sync: true }))
const config = loadConfig(process.env)
const { db, pool } = openDatabase({ url: config.databaseUrl ?? '', log })
const state = { databasePrepared: true, discord: 'off', telling: newTelling() }
startDiscord({ db, pool, log, config, state, pictures: sharedDrawer })
// Orphans end with the test.
process.stdin.resume().once('end', () => process.exit())
