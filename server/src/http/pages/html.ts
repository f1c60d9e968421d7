import { html as template } from 'hono/html'

/**
 * A piece of a page. It is a type of its own: only what `html` has made is put into a page as it stands, every other
 * string is escaped, wherever it comes from.
 */
export interface Html {
  readonly isEscaped: true
  toString(): string
}

/** What may stand in a page: texts (escaped), numbers, pieces, lists of them; false, null and undefined are nothing. */
export type Content = string | number | false | null | undefined | Html | readonly Content[]

/** Pages are put together from these. Never waits: a promise is no content. */
export function html(strings: TemplateStringsArray, ...contents: Content[]): Html {
  const made = template(strings, ...contents)
  if (made instanceof Promise) throw new Error('A page was given a promise.')
  return made
}
