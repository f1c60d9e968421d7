import { join } from 'node:path'
import t from 'tap'
import { ConfigError, loadConfig } from '../../server/src/config.ts'
import { testCertificate } from './http/test-certificate.ts'

function refusal(env: Record<string, string>): string {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return ''
}

t.test('without settings everything has its default', async t => {
  t.match(loadConfig({}), {
    databaseUrl: null,
    dataDir: join(process.cwd(), 'data'),
    logDir: join(process.cwd(), 'logs'),
    logLevel: 'info',
    host: '127.0.0.1',
    port: 8080,
    tls: null,
    trustProxy: false,
    ingest: null,
    maxFileBytes: 1_048_576,
    sessionGapMinutes: 60,
    publicUrl: null,
    discord: {
      token: null,
      voiceChannelIds: [],
      apiUrl: null,
      voiceStartCount: 6,
      voiceEndCount: 2,
      voiceEndSeconds: 180,
      autopostRounds: true,
      autopostMaxAgeMinutes: 120,
    },
  })
  t.same(
    loadConfig({ DATABASE_URL: '', PORT: '  ', TLS_CERT: '', DISCORD_TOKEN: '' }),
    loadConfig({}),
    'empty is unset',
  )
})

t.test('every setting is read', async t => {
  const config = loadConfig({
    DATABASE_URL: 'postgresql://debrief@localhost:5432/debrief?host=%2Ftmp',
    LOG_LEVEL: 'debug',
    PORT: ' 0 ',
    INGEST_TOKEN: 'secret',
    INGEST_SERVER_TIMEZONE: 'Europe/Ljubljana',
    PUBLIC_URL: 'https://stats.example.org/',
    AUTOPOST_ROUNDS: '0',
    DISCORD_VOICE_CHANNEL_IDS: '123456789012345678, 223456789012345678',
    DISCORD_API_URL: 'http://127.0.0.1:3950/api',
  })
  t.match(config, {
    databaseUrl: /^postgresql:/,
    logLevel: 'debug',
    port: 0,
    ingest: { token: 'secret', serverName: 'default', timezone: 'Europe/Ljubljana' },
    publicUrl: 'https://stats.example.org',
    discord: {
      autopostRounds: false,
      voiceChannelIds: ['123456789012345678', '223456789012345678'],
      apiUrl: 'http://127.0.0.1:3950/api',
    },
  })
  t.equal(loadConfig({ INGEST_TOKEN: 'x' }).ingest?.timezone, null, 'an unset zone is no wish for UTC')
})

t.test('one message names every wrong setting and what is expected', async t => {
  const wrong = {
    DATABASE_URL: 'mysql://x',
    LOG_LEVEL: 'loud',
    PORT: '70000',
    TRUST_PROXY: 'perhaps',
    INGEST_TOKEN: 'with space',
    INGEST_SERVER_TIMEZONE: 'Europe/Nowhere',
    MAX_FILE_BYTES: '1e6',
    SESSION_GAP_MINUTES: '-1',
    PUBLIC_URL: 'stats.example.org',
    DISCORD_STATS_CHANNEL_ID: '#stats',
    DISCORD_VOICE_CHANNEL_IDS: '1,two',
    DISCORD_API_URL: 'ftp://x',
    VOICE_START_COUNT: 'six',
    VOICE_END_COUNT: '0',
    VOICE_END_SECONDS: '3m',
    AUTOPOST_ROUNDS: 'yes',
    AUTOPOST_MAX_AGE_MINUTES: '',
    TLS_CERT: '/nowhere/cert.pem',
  }
  const message = refusal(wrong)
  for (const name of Object.keys(wrong).filter(name => name !== 'AUTOPOST_MAX_AGE_MINUTES')) {
    t.match(message, new RegExp(`^  ${name}[.\\d]*: .*(expected|missing)`, 'm'), name)
  }
  t.match(message, /^ {2}TLS_KEY: missing/m)
  t.notMatch(message, 'with space', 'a token is never shown')
  for (const zone of ['+02:00', 'local', 'UTC+2'])
    t.match(refusal({ INGEST_SERVER_TIMEZONE: zone }), /IANA/, zone)
})

t.test('as many people as begin a session in voice do not end it', async t => {
  const voice = (env: Record<string, string>) => {
    const { voiceStartCount, voiceEndCount } = loadConfig(env).discord
    return [voiceStartCount, voiceEndCount]
  }
  t.same(voice({}), [6, 2])
  t.same(voice({ VOICE_START_COUNT: '1' }), [1, 1], 'where nothing else is wished')
  t.same(voice({ VOICE_START_COUNT: '3', VOICE_END_COUNT: '3' }), [3, 3])
  t.match(refusal({ VOICE_START_COUNT: '3', VOICE_END_COUNT: '4' }), /VOICE_END_COUNT: expected at most .*3$/)
  t.match(refusal({ VOICE_END_COUNT: '7' }), /VOICE_END_COUNT: expected at most .*6$/)
})

t.test('plain HTTP stays on this machine, unless a proxy ends TLS', async t => {
  for (const host of ['0.0.0.0', '::', '192.168.1.5', 'stats.example.org', '127.example.org']) {
    t.match(refusal({ HOST: host }), /HOST: .*TLS_CERT and TLS_KEY, or TRUST_PROXY/, host)
    t.equal(loadConfig({ HOST: host, TRUST_PROXY: 'true' }).host, host)
    t.match(refusal({ HOST: host, TRUST_PROXY: 'false' }), /HOST/)
  }
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost'])
    t.equal(loadConfig({ HOST: host }).host, host)
})

t.test('DATABASE_URL is one address: a list of hosts is refused, with what to use instead', async t => {
  for (const url of [
    'postgresql://u:p@pga,pgb/debrief',
    'postgresql://u:p@pga:5432,pgb:5432/debrief',
    'postgres://pga,pgb',
    'postgresql://u@/debrief?host=pga,pgb',
    'postgresql://u@/debrief?x=1&host=pga%2Cpgb',
  ])
    t.throws(
      () => loadConfig({ DATABASE_URL: url }),
      { message: /DATABASE_URL: expected one address.*HAProxy/ },
      url,
    )
  for (const url of [
    'postgresql://u:p,q@pga:5432/debrief',
    'postgresql://u@localhost/debrief?host=/tmp/a,b',
    'postgresql://u@localhost/debrief?host=%2Ftmp%2Fa%2Cb&port=5432',
  ])
    t.equal(loadConfig({ DATABASE_URL: url }).databaseUrl, url)
})

t.test('TRUST_PROXY is a word or a list of addresses', async t => {
  t.equal(loadConfig({ TRUST_PROXY: '1' }).trustProxy, true)
  t.equal(loadConfig({ TRUST_PROXY: 'FALSE' }).trustProxy, false)
  t.same(loadConfig({ TRUST_PROXY: '10.0.0.0/8, ::1' }).trustProxy, ['10.0.0.0/8', '::1'])
  for (const list of ['10.0.0.0/33', '10.0.0', 'proxy', '10.0.0.0/8/8'])
    t.match(refusal({ TRUST_PROXY: list }), /TRUST_PROXY/)
})

t.test('certificate and key are read, and must belong together', async t => {
  const one = await testCertificate()
  const other = await testCertificate()
  const folder = t.testdir({ 'cert.pem': one.cert, 'key.pem': one.key, 'other.pem': other.key })
  const paths = { TLS_CERT: join(folder, 'cert.pem'), TLS_KEY: join(folder, 'key.pem') }
  t.same(loadConfig({ ...paths, HOST: '0.0.0.0' }).tls, {
    ...one,
    certFile: paths.TLS_CERT,
    keyFile: paths.TLS_KEY,
  })
  t.match(refusal({ ...paths, TLS_KEY: join(folder, 'other.pem') }), /TLS_CERT, TLS_KEY: expected .* own key/)
})
