import { Command } from 'commander'
import { withDatabase } from './with-database.ts'

export function migrateCommand(): Command {
  return new Command('migrate')
    .description('bring the tables up to this version (the server does so at every start)')
    .action(() =>
      withDatabase(async ({ pool }) => {
        const { rows } = await pool.query<{ name: string }>('select name from migrations order by name')
        process.stdout.write(`The tables are up to date: ${rows.map(({ name }) => name).join(', ')}\n`)
      }),
    )
}
