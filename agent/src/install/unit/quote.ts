/** For ExecStart=: quotes where a blank or a quote is, %% for %, $$ for $. */
export function quote(text: string): string {
  const escaped = text.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')
  return /[\s"'\\;]/.test(text) ? `"${escaped}"` : escaped
}

/** EnvironmentFile= takes the rest of the line as it is. */
export function quotePath(path: string): string {
  return path.replaceAll('%', '%%')
}

/** BindReadOnlyPaths= splits at blanks and colons. */
export function quoteBind(path: string): string {
  const escaped = path.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll(':', '\\:')
  return /[\s"'\\]/.test(path) ? `"${escaped}"` : escaped
}
