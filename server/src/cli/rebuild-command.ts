import { Command } from 'commander'
import { noteAdminAction } from '../game-servers/note-admin-action.ts'
import { rebuild } from '../import/rebuild.ts'
import { progress } from './progress.ts'
import { withDatabase } from './with-database.ts'

export function rebuildCommand(): Command {
  return new Command('rebuild')
    .description('make all derived rows again from the raw files, also while the server runs')
    .action(() =>
      withDatabase(async ({ db, config: { sessionGapMinutes }, signal }) => {
        const bar = progress('Rebuilding')
        try {
          const { files } = await rebuild({ db, sessionGapMinutes }, { onProgress: bar.show, signal })
          bar.end()
          await noteAdminAction(db, 'rows rebuilt', `${files} files`)
          process.stdout.write(`All rows were made again from ${files} files.\n`)
        } catch (error) {
          bar.end()
          if (!signal.aborted) throw error
          throw new Error('Interrupted. What was rebuilt so far is whole; run it again to do the rest.')
        }
      }),
    )
}
