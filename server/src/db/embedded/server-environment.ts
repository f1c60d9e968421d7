/**
 * The environment of the server's programs: this one's, without the variables that PostgreSQL reads (somebody who has
 * PGPORT or PGDATA set means another server), and in plain English, because we read its messages.
 */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG|TZ$|NODE_)/.test(name))
  return { ...Object.fromEntries(own), LC_ALL: 'C', TZ: 'UTC' }
}
