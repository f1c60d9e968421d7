import closeWithGrace from 'close-with-grace'
import { endWithParent } from './end-with-parent.ts'
import { growSlowly } from './grow-slowly.ts'
import { loadConfigOrExit } from './load-config-or-exit.ts'
import { createLogger } from './log/logger.ts'
import { keepMadeReady } from './made-ready.ts'
import { startServer } from './start-server.ts'
import { stopLimit } from './stop-limit.ts'

const config = loadConfigOrExit(process.env)
const { log, close: closeLog } = createLogger({ logDir: config.logDir, level: config.logLevel })

try {
  const server = await startServer({ config, log })
  keepMadeReady()
  growSlowly()
  const { close } = closeWithGrace({ delay: stopLimit(config), logger: false }, async ({ signal, err }) => {
    if (err) log.fatal({ err }, 'The server ends because of a fault of its own')
    else log.info({ signal }, 'Stopping')
    await server.close()
    log.info('Stopped')
    await closeLog()
  })
  endWithParent(() => void close())
} catch (err) {
  log.fatal({ err }, `The server did not start: ${err instanceof Error ? err.message : String(err)}`)
  await closeLog()
  process.exit(1)
}
