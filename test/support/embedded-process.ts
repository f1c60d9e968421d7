import { pino } from 'pino'
import { migrate } from '../../server/src/db/migrate.ts'
import { openConfiguredDatabase } from '../../server/src/db/open-configured-database.ts'

/**
 * A process with a database, as the product's own are: opens the one of these settings, migrates, tells what it did on
 * its standard output (one JSON line), and closes when its standard input does.
 */
const [, , dataDir = '', databaseUrl] = process.argv
const log = pino({ level: 'warn' }, pino.destination({ dest: 2, sync: true }))
const database = await openConfiguredDatabase({ dataDir, databaseUrl, log })
const applied = await migrate({ pool: database.pool, log })
process.stdout.write(`${JSON.stringify({ url: database.url, applied })}\n`)
process.stdin.resume().once('end', () => void database.close())
