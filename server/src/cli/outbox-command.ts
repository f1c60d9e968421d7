import { printable } from '@debrief/shared'
import { Command, InvalidArgumentError } from 'commander'
import { noteAdminAction } from '../game-servers/note-admin-action.ts'
import { dropEvent, type ListedEvent, listOutbox, retryEvent } from '../outbox/by-hand.ts'
import { withDatabase } from './with-database.ts'

/** `debrief outbox …`: the events that wait to be posted. Only here is one ever given up. */
export function outboxCommand(): Command {
  const outbox = new Command('outbox').description('the events that wait to be posted in Discord')
  outbox
    .command('list')
    .description('what waits, oldest first')
    .option('--all', 'also what was done in the last week')
    .action(({ all = false }: { all?: boolean }) => list(all))
  outbox
    .command('retry')
    .description('try an event at once; one that was given up waits again')
    .argument('<id>', 'its number in `debrief outbox list`', eventId)
    .action((id: number) => retry(id))
  outbox
    .command('drop')
    .description('give an event up: it is not posted')
    .argument('<id>', 'its number in `debrief outbox list`', eventId)
    .action((id: number) => drop(id))
  return outbox
}

function list(all: boolean): Promise<void> {
  return withDatabase(
    async ({ db }) => {
      const events = await listOutbox(db, { all })
      if (events.length === 0) process.stderr.write('Nothing waits.\n')
      for (const event of events) process.stdout.write(`${line(event)}\n`)
    },
    { tables: 'needed' },
  )
}

function retry(id: number): Promise<void> {
  return withDatabase(async ({ db }) => {
    if (!(await retryEvent(db, id))) throw new Error(unknown(id))
    await noteAdminAction(db, 'post tried again', `event ${id}`)
    process.stdout.write(`Event ${id} is tried as soon as the bot is connected.\n`)
  })
}

function drop(id: number): Promise<void> {
  return withDatabase(async ({ db }) => {
    if (!(await dropEvent(db, id))) throw new Error(unknown(id))
    await noteAdminAction(db, 'post given up', `event ${id}`)
    process.stdout.write(`Event ${id} is given up.\n`)
  })
}

function line({ eventId, kind, subject, createdAt, attempts, state, lastError }: ListedEvent): string {
  const tries = `${attempts} ${attempts === 1 ? 'try' : 'tries'}`
  const why = lastError === null ? '' : `: ${printable(lastError)}`
  return `${eventId}  ${createdAt.toISOString()}  ${state}  ${kind}  ${printable(subject)}  ${tries}${why}`
}

function unknown(id: number): string {
  return `No event ${id} waits. \`debrief outbox list\` shows the numbers.`
}

function eventId(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected the number of an event.')
}
