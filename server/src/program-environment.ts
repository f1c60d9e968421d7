/**
 * What the server's programs need of our environment: to find libraries and their own temporary files. Nothing else of
 * it, for it holds our tokens, and other programs of the same user can read it; and no PGPORT or PGDATA, which mean
 * another server. In plain English, because we read its messages.
 */
export function programEnvironment(): NodeJS.ProcessEnv {
  const needed = ['PATH', 'HOME', 'TMPDIR', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'SystemRoot'].flatMap(
    name => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    },
  )
  return { ...Object.fromEntries(needed), LC_ALL: 'C', TZ: 'UTC' }
}
