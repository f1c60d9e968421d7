import { Command } from 'commander'
import { VERSION } from '../version.ts'
import { backupCommand, restoreCommand } from './backup-commands.ts'
import { checkCommand } from './check-command.ts'
import { discordCommand } from './discord-command.ts'
import { doctorCommand } from './doctor-command.ts'
import { installCommand } from './install-command.ts'
import { linkCommand } from './link-command.ts'
import { migrateCommand } from './migrate-command.ts'
import { outboxCommand } from './outbox-command.ts'
import { playerCommand } from './player-command.ts'
import { rebuildCommand } from './rebuild-command.ts'
import { reportCommand } from './report-command.ts'
import { tokenCommand } from './token-command.ts'

const program = new Command('debrief')
  .description(
    'The tool of the Debrief server. It works on the database of the same settings, also while the server runs.',
  )
  .version(VERSION)
  .showHelpAfterError()
  .addCommand(tokenCommand())
  .addCommand(linkCommand())
  .addCommand(playerCommand())
  .addCommand(migrateCommand())
  .addCommand(rebuildCommand())
  .addCommand(reportCommand())
  .addCommand(checkCommand())
  .addCommand(backupCommand())
  .addCommand(restoreCommand())
  .addCommand(outboxCommand())
  .addCommand(discordCommand())
  .addCommand(doctorCommand())
  .addCommand(installCommand())

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`${describe(error)}\n`)
  process.exitCode = 1
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // A refused connection to a name with several addresses has no message of its own.
  const message = error.message || error.name
  return error.cause instanceof Error ? `${message} (${error.cause.message})` : message
}
