import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'

/** A browser that came by a link may read for so long. */
export const READING_DAYS = 30
const NAME = 'reading'

/** The key of the links by which people read where reading is private: the same on all servers of one database. */
export async function linkKey(db: Kysely<DB>): Promise<string> {
  return sign(await readingSecret(db), 'link')
}

export async function isLinkKey(db: Kysely<DB>, key: string): Promise<boolean> {
  return isEqual(key, await linkKey(db))
}

/** What a browser that came by a link shows from then on: `<seconds since 1970>.<signature>`. */
export async function readingPass(db: Kysely<DB>, now = Date.now()): Promise<string> {
  const until = String(Math.floor(now / 1000) + READING_DAYS * 86_400)
  return `${until}.${sign(await readingSecret(db), until)}`
}

export async function isReadingPass(db: Kysely<DB>, pass: string, now = Date.now()): Promise<boolean> {
  const [until = '', signature = ''] = pass.split('.')
  if (!/^\d{1,12}$/.test(until) || Number(until) * 1000 < now) return false
  return isEqual(signature, sign(await readingSecret(db), until))
}

/** Another secret: every link and pass that was given out ends. */
export async function renewReadingSecret(db: Kysely<DB>): Promise<void> {
  await db.deleteFrom('server_secrets').where('name', '=', NAME).execute()
}

async function readingSecret(db: Kysely<DB>): Promise<Buffer> {
  const find = () => db.selectFrom('server_secrets').select('value').where('name', '=', NAME)
  const found = await find().executeTakeFirst()
  if (found) return found.value
  await db
    .insertInto('server_secrets')
    .values({ name: NAME, value: randomBytes(32) })
    // Another server was faster; its secret is the one.
    .onConflict(conflict => conflict.column('name').doNothing())
    .execute()
  return (await find().executeTakeFirstOrThrow()).value
}

function sign(secret: Buffer, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url')
}

function isEqual(given: string, right: string): boolean {
  const [ours, theirs] = [Buffer.from(right), Buffer.from(given)]
  // By bytes: a letter may have several.
  return ours.length === theirs.length && timingSafeEqual(ours, theirs)
}
