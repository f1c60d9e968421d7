import type { APIEmbed } from 'discord-api-types/v10'
import { z } from 'zod'

/** What a client may send as a message, as the parts of it that our stand-in looks at. */
export const messageBodySchema = z.looseObject({
  content: z.string().nullish(),
  nonce: z.union([z.string(), z.number()]).optional(),
  enforce_nonce: z.boolean().optional(),
  embeds: z.array(z.looseObject({})).nullish(),
  components: z.array(z.looseObject({ type: z.number() })).nullish(),
  attachments: z.array(z.looseObject({ id: z.union([z.string(), z.number()]) })).nullish(),
  allowed_mentions: z
    .looseObject({ parse: z.array(z.string()).optional(), replied_user: z.boolean().optional() })
    .nullish(),
  message_reference: z.looseObject({ message_id: z.string().optional() }).nullish(),
  flags: z.number().nullish(),
})
export type MessageBody = z.infer<typeof messageBodySchema>

const COMPONENTS_V2 = 1 << 15

/** Discord's documented limits on a message; empty: it is taken. One sentence each, as in "Invalid Form Body". */
export function messageFaults(body: MessageBody, files: { name: string; bytes: number }[]): string[] {
  const embeds = (body.embeds ?? []) as APIEmbed[]
  const faults = [
    ...over('content', body.content ?? '', 2000),
    ...(embeds.length > 10 ? [`embeds: ${embeds.length} of at most 10`] : []),
    ...embeds.flatMap((embed, index) => embedFaults(embed, `embeds[${index}]`)),
    ...componentFaults(body),
    ...(files.length > 10 ? [`files: ${files.length} of at most 10`] : []),
    ...files.filter(file => file.bytes > 10 * 1_048_576).map(file => `${file.name}: over 10 MiB`),
    ...(body.nonce !== undefined && String(body.nonce).length > 25 ? ['nonce: over 25 characters'] : []),
  ]
  const total = embeds.reduce((sum, embed) => sum + embedLength(embed), 0)
  if (total > 6000) faults.push(`embeds: ${total} of at most 6000 characters over all embeds`)
  if ((body.flags ?? 0) & COMPONENTS_V2 && embeds.length > 0) faults.push('embeds: not with IS_COMPONENTS_V2')
  return faults
}

/** Counted as Discord does: title, description, names and values of fields, footer, author. */
function embedLength({ title, description, fields, footer, author }: APIEmbed): number {
  const texts = [
    title,
    description,
    footer?.text,
    author?.name,
    ...(fields ?? []).flatMap(field => [field.name, field.value]),
  ]
  return texts.reduce((sum, text) => sum + [...(text ?? '').trim()].length, 0)
}

function embedFaults(
  { title, description, fields, footer, author, color, url }: APIEmbed,
  at: string,
): string[] {
  return [
    ...over(`${at}.title`, title ?? '', 256),
    ...over(`${at}.description`, description ?? '', 4096),
    ...over(`${at}.footer.text`, footer?.text ?? '', 2048),
    ...over(`${at}.author.name`, author?.name ?? '', 256),
    ...(url !== undefined && !/^https?:\/\//.test(url) ? [`${at}.url: not a well formed URL`] : []),
    ...(color !== undefined && !(color >= 0 && color <= 0xffffff) ? [`${at}.color: out of range`] : []),
    ...((fields?.length ?? 0) > 25 ? [`${at}.fields: over 25`] : []),
    ...(fields ?? []).flatMap(({ name, value }, index) => [
      ...over(`${at}.fields[${index}].name`, name, 256),
      ...over(`${at}.fields[${index}].value`, value, 1024),
      ...(name.trim() === '' || value.trim() === '' ? [`${at}.fields[${index}]: empty`] : []),
    ]),
    ...(!title && !description && !fields?.length && !footer && !author ? [`${at}: empty`] : []),
  ]
}

interface Component {
  type: number
  components?: Component[]
  custom_id?: string
  label?: string
  url?: string
  style?: number
}

function componentFaults(body: MessageBody): string[] {
  const rows = (body.components ?? []) as unknown as Component[]
  const buttons = rows.flatMap(row => row.components ?? [])
  const ids = buttons.flatMap(button => button.custom_id ?? [])
  return [
    ...(rows.length > 5 ? ['components: over 5 rows'] : []),
    ...rows.filter(row => row.type !== 1).map(() => 'components: only action rows stand at the top'),
    ...rows.filter(row => (row.components?.length ?? 0) > 5).map(() => 'components: over 5 buttons in a row'),
    ...rows.filter(row => !row.components?.length).map(() => 'components: an empty row'),
    ...buttons.flatMap(button => over('custom_id', button.custom_id ?? '', 100)),
    ...buttons.flatMap(button => over('label', button.label ?? '', 80)),
    ...buttons
      .filter(button => (button.style === 5 ? !button.url : !button.custom_id))
      .map(() => 'components: a button that does nothing'),
    ...(new Set(ids).size < ids.length ? ['components: custom_id twice'] : []),
  ]
}

function over(what: string, text: string, most: number): string[] {
  const length = [...text].length
  return length > most ? [`${what}: ${length} of at most ${most} characters`] : []
}
