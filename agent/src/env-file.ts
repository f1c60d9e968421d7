/**
 * The settings of an environment file, as systemd's EnvironmentFile= reads it: NAME=value, a line each, # for
 * comments, quotes around a value optional.
 */
export function parseEnvFile(text: string): Record<string, string> {
  const settings: Record<string, string> = {}
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line)
    if (!match || line.trimStart().startsWith('#')) continue
    const [, name = '', value = ''] = match
    settings[name] = unquote(value)
  }
  return settings
}

/** The opposite: a value that both systemd and a shell read back as it was. */
export function formatEnvValue(value: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]*$/.test(value)) return value
  return `"${value.replace(/["\\$`]/g, '\\$&')}"`
}

function unquote(value: string): string {
  if (/^'[^']*'$/.test(value)) return value.slice(1, -1)
  if (/^"(?:[^"\\]|\\.)*"$/.test(value)) return value.slice(1, -1).replace(/\\(["\\$`])/g, '$1')
  return value
}
