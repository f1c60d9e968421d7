import pg from 'pg'
import { DatabaseAway, DatabaseFault, DatabaseUnusable } from './database-fault.ts'

/** Where it arose: while a connection was made (or waited for), or in a statement. */
export type FaultPhase = 'connecting' | 'asking'

/**
 * What pg threw, as a fault of the database; or as it is, where the statement or our own code is to blame. Only the
 * pool and its connections call this: they alone know that an ECONNRESET is the database's.
 */
export function toDatabaseFault(error: unknown, phase: FaultPhase): unknown {
  if (error instanceof DatabaseFault || !(error instanceof Error)) return error
  if (error instanceof pg.DatabaseError) return ofServer(error, phase)
  const code = codeOf(error)
  if (code !== null && /^(ERR_(TLS|SSL)_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(code))
    return new DatabaseUnusable(
      'The certificate of the database is not trusted. Set sslmode and sslrootcert in DATABASE_URL.',
      error,
    )
  if (code === 'EACCES')
    return new DatabaseUnusable('This user may not open the socket of the database.', error)
  if (error.message.startsWith('The server does not support SSL'))
    return new DatabaseUnusable('The database speaks no TLS, but DATABASE_URL asks for it (sslmode).', error)
  if (error.message.startsWith('SASL:')) return new DatabaseUnusable(REFUSED, error)
  if (error.message === 'timeout exceeded when trying to connect')
    return new DatabaseAway(
      'All connections of this process to the database are in use. DATABASE_POOL_SIZE sets their number.',
      error,
    )
  if (isOfConnection(error, code, phase)) return new DatabaseAway(UNREACHABLE, error)
  return error
}

/** Also said of a connection that ends before its statement was answered. */
const UNREACHABLE = 'The database cannot be reached.'
const REFUSED = 'The database refuses the user or the password of DATABASE_URL.'
export const POOLER =
  'A pooler stands between, and does not keep a connection for a session. Set it to session mode (PgBouncer: ' +
  'pool_mode = session), or point DATABASE_URL at PostgreSQL itself.'

/**
 * While connecting, whatever the kernel reports keeps us from the database. In a statement only what pg itself says of
 * its connection does; it has no classes for that, so the words are looked at. A RangeError of a type parser is ours.
 */
function isOfConnection(error: Error, code: string | null, phase: FaultPhase): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return false
  if (phase === 'connecting') return true
  return code !== null
    ? /^E[A-Z]+$/.test(code)
    : CONNECTION_WORDS.some(words => error.message.startsWith(words))
}

const CONNECTION_WORDS = [
  'Connection terminated',
  'Client has encountered a connection error',
  'Client was closed',
  'timeout expired',
]

type Kind = typeof DatabaseAway | typeof DatabaseUnusable

/**
 * SQLSTATEs, or their classes (two characters), each judged on its own; the first that fits counts. What is missing
 * here (a syntax error, a constraint) is a bug of ours, and stays what it is.
 */
const STATES: readonly (readonly [state: string, kind: Kind, sentence: string])[] = [
  ['08', DatabaseAway, 'The connection to the database broke.'],
  // A hosting service makes a full database read-only; in a failover the old primary is.
  [
    '25006',
    DatabaseUnusable,
    'The database is read-only: a standby, or a full disk. Uploads need the primary.',
  ],
  // idle_in_transaction_session_timeout, transaction_timeout: this process was frozen or starved meanwhile.
  ['25P03', DatabaseAway, 'The database ended a transaction that stood still.'],
  ['25P04', DatabaseAway, 'The database ended a transaction that took too long.'],
  ['26000', DatabaseUnusable, POOLER],
  ['28', DatabaseUnusable, REFUSED],
  ['3D000', DatabaseUnusable, 'The server has no database of the name in DATABASE_URL.'],
  ['40', DatabaseAway, 'The database took the work back, because of others that ran at the same time.'],
  [
    '42501',
    DatabaseUnusable,
    'The user of DATABASE_URL may not do what Debrief needs; it must own its tables.',
  ],
  ['42P05', DatabaseUnusable, POOLER],
  ['53100', DatabaseAway, 'The disk of the database is full.'],
  ['53200', DatabaseAway, 'The database is out of memory.'],
  ['53300', DatabaseAway, 'The database has no connection left (max_connections).'],
  ['53', DatabaseAway, 'The database is out of resources.'],
  ['55P03', DatabaseAway, 'Another import or a rebuild of this game server is not done yet.'],
  ['57014', DatabaseAway, 'The database took too long (statement_timeout), or was told to stop.'],
  ['57P03', DatabaseAway, 'The database is starting up.'],
  ['57P04', DatabaseUnusable, 'The database of DATABASE_URL was removed.'],
  ['57P05', DatabaseAway, 'The database ended a connection that was silent: this process was frozen.'],
  ['57P', DatabaseAway, 'The database is shutting down or restarting.'],
  ['58', DatabaseAway, 'The system of the database reports a fault of its own.'],
  ['XX001', DatabaseUnusable, 'The database is damaged. Restore a backup.'],
  ['XX002', DatabaseUnusable, 'An index of the database is damaged. REINDEX makes it again.'],
]

function ofServer(error: pg.DatabaseError, phase: FaultPhase): unknown {
  const state = error.code ?? ''
  if (state === '08P01') return ofProtocol(error, phase)
  // A migration changed a table under a prepared `select *`. On a new connection the statement is prepared anew.
  if (state === '0A000' && error.routine === 'RevalidateCachedQuery')
    return new DatabaseAway('The tables were changed by a newer version while this one ran.', error)
  // An administrator has closed it for a while (alter database … allow_connections false).
  if (state === '55000' && phase === 'connecting')
    return new DatabaseAway('The database takes no connections just now.', error)
  const known = STATES.find(([prefix]) => state.startsWith(prefix))
  if (known === undefined) return error
  const [, Kind, sentence] = known
  return new Kind(sentence, error)
}

/**
 * PostgreSQL says 08P01 of statements that are wrong: ours. PgBouncer says it of all that ails itself, always as the
 * last word on a connection.
 */
function ofProtocol(error: pg.DatabaseError, phase: FaultPhase): unknown {
  if (error.message.includes('statement pooling')) return new DatabaseUnusable(POOLER, error)
  if (phase === 'asking') return error.severity === 'FATAL' ? new DatabaseAway(UNREACHABLE, error) : error
  if (error.message.startsWith('unsupported startup parameter'))
    return new DatabaseUnusable(
      'A pooler stands between, and refuses a parameter of DATABASE_URL. Take it out there, or tell PgBouncer to ' +
        'ignore it (ignore_startup_parameters).',
      error,
    )
  if (/no such (database|user)|auth|password/i.test(error.message))
    return new DatabaseUnusable(REFUSED, error)
  return new DatabaseAway('The pooler in front of the database has no connection for us.', error)
}

function codeOf(error: Error): string | null {
  const [first] = error instanceof AggregateError ? error.errors : []
  const code: unknown = Reflect.get(first instanceof Error ? first : error, 'code')
  return typeof code === 'string' ? code : null
}
