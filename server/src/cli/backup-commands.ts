import { resolve } from 'node:path'
import { Command } from 'commander'
import { restoreBackup } from '../backup/restore-backup.ts'
import { writeBackup } from '../backup/write-backup.ts'
import { noteAdminAction } from '../game-servers/note-admin-action.ts'
import { rebuild } from '../import/rebuild.ts'
import { progress } from './progress.ts'
import { withDatabase } from './with-database.ts'

/** `debrief backup` and `debrief restore`: the way back after everything was lost, in two commands. */
export function backupCommand(): Command {
  return new Command('backup')
    .description('write all that cannot be made again to one file, also while the server runs')
    .argument('<file>', 'where to, such as debrief-2026-05-05.backup; keep it as safe as the database')
    .action((file: string) =>
      withDatabase(async ({ db, pool }) => {
        const path = resolve(file)
        const counts = await writeBackup({ pool }, path)
        await noteAdminAction(db, 'backup made', path)
        process.stdout.write(`${path}: ${summary(counts)}.\n`)
      }),
    )
}

export function restoreCommand(): Command {
  return new Command('restore')
    .description('put a backup into an empty database, and make everything again that follows from it')
    .argument('<file>', 'as `debrief backup` wrote it')
    .action((file: string) =>
      withDatabase(
        async ({ db, pool, log, config: { sessionGapMinutes }, signal }) => {
          const path = resolve(file)
          const counts = await restoreBackup({ pool, log }, path)
          process.stderr.write(
            `Restored: ${summary(counts)}. Now the figures are made again from the files.\n`,
          )
          const bar = progress('Rebuilding')
          const { files } = await rebuild(
            { db, sessionGapMinutes },
            { onProgress: bar.show, signal },
          ).finally(bar.end)
          await noteAdminAction(db, 'backup restored', path)
          process.stdout.write(
            `All rows were made again from ${files} files. \`debrief check\` holds them against the raw bytes; agents ` +
              'send by themselves what came after the backup.\n',
          )
        },
        { tables: 'any' },
      ),
    )
}

function summary({
  game_servers = 0,
  processed_files = 0,
  rounds = 0,
}: Partial<Record<string, number>>): string {
  return `${game_servers} game servers, ${processed_files} files, ${rounds} rounds`
}
