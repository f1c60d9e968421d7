import { Command, InvalidArgumentError } from 'commander'
import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import { forgetPlayer } from '../players/forget-player.ts'
import { joinPlayer, separatePlayer } from '../players/join-player.ts'
import { linkPlayer, unlinkPlayer } from '../players/link-player.ts'
import { namePlayer } from '../players/name-player.ts'
import { withDatabase } from './with-database.ts'

/** `debrief player …`: what an admin decides about players. Each act is kept with who did it. */
export function playerCommand(): Command {
  const player = new Command('player').description('who is who: joined GUIDs, names, links, the forgotten')
  player
    .command('join')
    .description('make two GUIDs one player, everywhere and for all that was')
    .argument('<guid>', 'the GUID that is joined', playerGuid)
    .argument('<main>', 'the GUID that he goes by', playerGuid)
    .action((guid: string, main: string) =>
      act(async db => {
        await joinPlayer(db, guid, main)
        return `${guid} is joined to ${main}.`
      }),
    )
  player
    .command('separate')
    .description('undo a join')
    .argument('<guid>', 'the GUID that was joined', playerGuid)
    .action((guid: string) =>
      act(async db => {
        await separatePlayer(db, guid)
        return `${guid} is a player of its own again.`
      }),
    )
  player
    .command('forget')
    .description('show his names nowhere from now on, and find them by no search; his figures stay')
    .argument('<guid>', 'his GUID', playerGuid)
    .action((guid: string) =>
      act(async db => {
        await forgetPlayer(db, guid)
        return `${guid} is shown as "player ${guid.slice(0, 4).toLowerCase()}" from now on.`
      }),
    )
  player
    .command('name')
    .description('set the name that a player is shown by; without a name, the newest of his own again')
    .argument('<guid>', 'his GUID', playerGuid)
    .argument('[name]', 'the name')
    .action((guid: string, name?: string) =>
      act(async db => {
        await namePlayer(db, guid, name ?? null)
        return name === undefined ? `${guid} is shown by his newest name.` : `${guid} is shown by this name.`
      }),
    )
  player
    .command('link')
    .description('say who a Discord user is')
    .argument('<discord-user-id>', 'the number of the user', discordId)
    .argument('<guid>', 'his GUID', playerGuid)
    .action((user: string, guid: string) =>
      act(async db => {
        const before = await linkPlayer(db, user, guid)
        return `The Discord user ${user} is ${guid}${before === null ? '' : `, and was ${before}`}.`
      }),
    )
  player
    .command('unlink')
    .description('undo a link')
    .argument('<discord-user-id>', 'the number of the user', discordId)
    .action((user: string) =>
      act(async db => `The Discord user ${user} was ${await unlinkPlayer(db, user)}, and is nobody now.`),
    )
  return player
}

function act(decide: (db: Kysely<DB>) => Promise<string>): Promise<void> {
  return withDatabase(async ({ db }) => {
    process.stdout.write(`${await decide(db)}\n`)
  })
}

function playerGuid(text: string): string {
  if (/^[0-9a-f]{8}$/i.test(text)) return text.toUpperCase()
  throw new InvalidArgumentError('Expected the 8 characters of a GUID, as the address of his page ends.')
}

function discordId(text: string): string {
  if (/^\d{15,21}$/.test(text)) return text
  throw new InvalidArgumentError('Expected the number of a Discord user (15 to 21 digits).')
}
