import { printable } from '@debrief/shared'
import { Command } from 'commander'
import { checkDatabase } from '../check/check-database.ts'
import { RULES_VERSION } from '../derive/rules-version.ts'
import { progress } from './progress.ts'
import { withDatabase } from './with-database.ts'

/** The checks that compare the database with the file. The others look at the game's own figures, which may not add up. */
const LAST_CHECK_OF_THE_DATABASE = 4

export function checkCommand(): Command {
  return new Command('check')
    .description(
      'run the seven checks over every round in the database; fails when the database and the raw files disagree ' +
        '(checks 1 to 4)',
    )
    .action(() =>
      withDatabase(
        async ({ db, signal }) => {
          const bar = progress('Checking')
          let rounds = 0
          let warned = 0
          let wrong = 0
          let ofOldRules = 0
          for await (const { filename, roundId, rulesVersion, warnings } of checkDatabase(db, {
            onProgress: bar.show,
            signal,
          })) {
            rounds += 1
            if (rulesVersion !== RULES_VERSION) ofOldRules += 1
            if (warnings.length > 0) warned += 1
            for (const { check, message } of warnings) {
              if (check !== undefined && check <= LAST_CHECK_OF_THE_DATABASE) wrong += 1
              const which = check === undefined ? '' : `check ${check}: `
              process.stdout.write(
                `Round ${roundId}, ${printable(filename)}: ${which}${printable(message)}\n`,
              )
            }
          }
          bar.end()
          const old =
            ofOldRules === 0
              ? ''
              : ` ${ofOldRules} were made by older ones; a running server makes them anew.`
          process.stdout.write(
            `${rounds} rounds checked, ${warned} with warnings, by version ${RULES_VERSION} of the rules.${old}\n`,
          )
          if (wrong > 0) {
            throw new Error(
              'The database and the raw files disagree. `debrief rebuild` makes the rows again.',
            )
          }
        },
        { tables: 'needed' },
      ),
    )
}
