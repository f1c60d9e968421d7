import { createHash } from 'node:crypto'
import { MAX_FILE_NAME_BYTES } from '@debrief/shared'

/** What a cut name keeps of the original; the digest behind it keeps two long names apart. */
const KEPT_CHARACTERS = 200

/**
 * The form in which an unusable name is recorded: PostgreSQL's text cannot hold NUL, and control characters would act
 * on the terminal of whoever reads the table. Usable names come back as they are.
 */
export function storableName(sent: string): string {
  const visible = sent.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this replaces
    /[\u0000-\u001f\u007f-\u009f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  if (Buffer.byteLength(sent) <= MAX_FILE_NAME_BYTES) return visible
  const digest = createHash('sha256').update(sent).digest('hex').slice(0, 16)
  return `${[...visible].slice(0, KEPT_CHARACTERS).join('')}…${digest}`
}
