import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import { DEFAULT_MAX_FILE_BYTES } from '@debrief/shared'
import { z } from 'zod'
import {
  booleanSetting,
  channelId,
  databaseUrl,
  integer,
  LOG_LEVELS,
  origin,
  timezone,
  trustProxy,
} from './config-values.ts'

export type Config = ReturnType<typeof configOf>

/** PEM texts as they were at the start, and the files that a renewal changes. */
type Tls = { cert: string; key: string; certFile: string; keyFile: string } | null

/** Every setting that is wrong, each in a sentence. The caller prints `message` and exits with 2. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** Reads the settings once and checks all of them, before anything is touched. Throws ConfigError. */
export function loadConfig(env: Record<string, string | undefined>): Config {
  // An empty variable (`DATABASE_URL=` in an environment file) is one that was not set.
  const given = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  )
  const parsed = environmentSchema.safeParse(given)
  const faults = parsed.success
    ? []
    : parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`)
  const tls = readTls(given, faults)
  const proxied = parsed.success ? parsed.data.TRUST_PROXY !== false : Boolean(given.TRUST_PROXY)
  if (!isLoopback(given.HOST ?? '127.0.0.1') && !given.TLS_CERT && !given.TLS_KEY && !proxied) {
    faults.push(
      `HOST: ${given.HOST} can be reached from other machines, and tokens must not cross a network in plain HTTP. ` +
        'Expected TLS_CERT and TLS_KEY, or TRUST_PROXY=true when a proxy in front ends TLS, or HOST=127.0.0.1.',
    )
  }
  const startCount = Number(given.VOICE_START_COUNT ?? VOICE_START_COUNT)
  // As many as begin a session would end it, and begin another one, and so on.
  if (Number(given.VOICE_END_COUNT) > startCount)
    faults.push(`VOICE_END_COUNT: expected at most VOICE_START_COUNT, which is ${startCount}`)
  if (faults.length > 0 || !parsed.success) {
    const heading = faults.length === 1 ? 'One setting is wrong:' : `${faults.length} settings are wrong:`
    throw new ConfigError([heading, ...faults.map(fault => `  ${fault}`)].join('\n'))
  }
  const { data } = parsed
  return configOf(data, tls)
}

const VOICE_START_COUNT = 6
const VOICE_END_COUNT = 2

const environmentSchema = z.object({
  DATABASE_URL: databaseUrl.optional(),
  // An import takes one, and so does each page that is not cached; PostgreSQL gives 100 to all.
  DATABASE_POOL_SIZE: integer(3, 500).default(10),
  DRAIN_SECONDS: integer(0, 60).optional(),
  DATA_DIR: z.string().default('./data'),
  LOG_DIR: z.string().default('./logs'),
  LOG_LEVEL: z.enum(LOG_LEVELS, `expected one of ${LOG_LEVELS.join(', ')}`).default('info'),
  HOST: z
    .string()
    .regex(/^[\w.:%-]+$/, 'expected an address or a host name')
    .default('127.0.0.1'),
  PORT: integer(0, 65_535).default(8080),
  TRUST_PROXY: trustProxy.default(false),
  // What can stand in an Authorization header; the length is for the one who sets it to answer for.
  INGEST_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{1,512}$/, 'expected up to 512 visible ASCII characters without spaces')
    .optional(),
  INGEST_SERVER_NAME: z.string().max(64, 'expected at most 64 characters').default('default'),
  INGEST_SERVER_TIMEZONE: timezone.optional(),
  MAX_FILE_BYTES: integer(1, 64 * 1_048_576).default(DEFAULT_MAX_FILE_BYTES),
  MAX_SERVER_MEGABYTES: integer(1, 1_048_576).default(2_048),
  SESSION_GAP_MINUTES: integer(1, 7 * 24 * 60).default(60),
  PUBLIC_URL: origin.optional(),
  PRIVATE: booleanSetting.default(false),
  DISCORD_TOKEN: z.string().optional(),
  DISCORD_STATS_CHANNEL_ID: channelId.optional(),
  DISCORD_ADMIN_CHANNEL_ID: channelId.optional(),
  DISCORD_VOICE_CHANNEL_IDS: z
    .string()
    .transform(list => list.split(/[\s,]+/).filter(Boolean))
    .pipe(z.array(channelId))
    .default([]),
  DISCORD_API_URL: origin.optional(),
  VOICE_START_COUNT: integer(1, 1000).default(VOICE_START_COUNT),
  VOICE_END_COUNT: integer(1, 1000).optional(),
  VOICE_END_SECONDS: integer(0, 24 * 3600).default(180),
  AUTOPOST_ROUNDS: booleanSetting.default(true),
  AUTOPOST_MAX_AGE_MINUTES: integer(0, 365 * 24 * 60).default(120),
  AUTOPOST_MIN_PLAYERS: integer(0, 64).default(2),
})

/** A setting is a row above and a line here. */
function configOf(data: z.infer<typeof environmentSchema>, tls: Tls) {
  return {
    /** null: the embedded database in `dataDir`. */
    databaseUrl: data.DATABASE_URL ?? null,
    /** Connections to the database at most, beside that of the bot's leader. */
    databasePoolSize: data.DATABASE_POOL_SIZE,
    /** How long a server that was told to stop goes on answering while /readyz says 503. */
    // Where a proxy stands in front, it may be a balancer that has to see first that this server stops.
    drainSeconds: data.DRAIN_SECONDS ?? (data.TRUST_PROXY === false ? 0 : 3),
    dataDir: resolve(data.DATA_DIR),
    logDir: resolve(data.LOG_DIR),
    logLevel: data.LOG_LEVEL,
    host: data.HOST,
    port: data.PORT,
    tls,
    /** `true`: one proxy stands in front. A list: the addresses of the proxies. */
    trustProxy: data.TRUST_PROXY,
    /** `timezone` is null where it was not set: a server that is already known keeps its own. */
    ingest: data.INGEST_TOKEN
      ? {
          token: data.INGEST_TOKEN,
          serverName: data.INGEST_SERVER_NAME,
          timezone: data.INGEST_SERVER_TIMEZONE ?? null,
        }
      : null,
    maxFileBytes: data.MAX_FILE_BYTES,
    /** What one game server may keep here, all its files together. */
    maxServerBytes: data.MAX_SERVER_MEGABYTES * 1_048_576,
    sessionGapMinutes: data.SESSION_GAP_MINUTES,
    /** Without a slash at the end. */
    publicUrl: data.PUBLIC_URL ?? null,
    /** Reading needs a token or a link. */
    private: data.PRIVATE,
    discord: {
      token: data.DISCORD_TOKEN ?? null,
      statsChannelId: data.DISCORD_STATS_CHANNEL_ID ?? null,
      /** Where alerts go; null: nowhere but the log. */
      adminChannelId: data.DISCORD_ADMIN_CHANNEL_ID ?? null,
      voiceChannelIds: data.DISCORD_VOICE_CHANNEL_IDS,
      /** null: Discord's own. */
      apiUrl: data.DISCORD_API_URL ?? null,
      voiceStartCount: data.VOICE_START_COUNT,
      /** Fewer than this ends the session. */
      voiceEndCount: data.VOICE_END_COUNT ?? Math.min(VOICE_END_COUNT, data.VOICE_START_COUNT),
      voiceEndSeconds: data.VOICE_END_SECONDS,
      autopostRounds: data.AUTOPOST_ROUNDS,
      autopostMaxAgeMinutes: data.AUTOPOST_MAX_AGE_MINUTES,
      /** Rounds of fewer people are not posted by themselves. */
      autopostMinPlayers: data.AUTOPOST_MIN_PLAYERS,
    },
  }
}

/** Every variable that this server reads. */
export const SETTING_NAMES = [...Object.keys(environmentSchema.shape), 'TLS_CERT', 'TLS_KEY']

function readTls(given: Record<string, string | undefined>, faults: string[]): Tls {
  const { TLS_CERT, TLS_KEY } = given
  if (!TLS_CERT && !TLS_KEY) return null
  if (!TLS_CERT) faults.push('TLS_CERT: missing; TLS_KEY is set, and the two belong together')
  if (!TLS_KEY) faults.push('TLS_KEY: missing; TLS_CERT is set, and the two belong together')
  const cert = readPem('TLS_CERT', TLS_CERT, faults)
  const key = readPem('TLS_KEY', TLS_KEY, faults)
  if (cert === null || key === null) return null
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    faults.push(`TLS_CERT, TLS_KEY: expected a certificate and its own key in PEM form (${reason(error)})`)
  }
  return { cert, key, certFile: resolve(TLS_CERT ?? ''), keyFile: resolve(TLS_KEY ?? '') }
}

function readPem(name: string, path: string | undefined, faults: string[]): string | null {
  if (!path) return null
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    faults.push(`${name}: expected a file that can be read (${reason(error)})`)
    return null
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
