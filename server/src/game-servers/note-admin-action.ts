import { userInfo } from 'node:os'
import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'

/** Keeps who did what to what. `subject` names a thing, such as `token 3 of alpha`, and is never a token. */
export async function noteAdminAction(
  db: Kysely<DB>,
  action: string,
  subject: string,
  actor: string = accountName(),
): Promise<void> {
  await db.insertInto('admin_actions').values({ actor, action, subject }).execute()
}

/** Who runs the command: the account that called sudo, else our own. */
function accountName(): string {
  const name = process.env.SUDO_USER ?? process.env.USER
  if (name) return `debrief, run by ${name}`
  try {
    return `debrief, run by ${userInfo().username}`
  } catch {
    // An account without an entry in the table of users, as in containers.
    return `debrief, run by uid ${process.getuid?.() ?? '?'}`
  }
}
