import { Command } from 'commander'
import { noteAdminAction } from '../game-servers/note-admin-action.ts'
import { linkKey, renewReadingSecret } from '../game-servers/reading-access.ts'
import { withDatabase } from './with-database.ts'

/** `debrief link`: what to give to people where PRIVATE=true. */
export function linkCommand(): Command {
  return new Command('link')
    .description('print the link by which a browser may read where PRIVATE=true')
    .option('--renew', 'another link; all that were given out end, also those in Discord')
    .action(({ renew = false }: { renew?: boolean }) =>
      withDatabase(async ({ db, config }) => {
        if (renew) {
          await renewReadingSecret(db)
          await noteAdminAction(db, 'reading link renewed', 'all links and browsers')
        }
        const origin = config.publicUrl ?? `http://${config.host}:${config.port}`
        process.stdout.write(`${origin}/k/${await linkKey(db)}/\n`)
      }),
    )
}
