import { isIP } from 'node:net'
import { z } from 'zod'

/** The forms that a setting can have; each refuses with what it expects. */

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

export const integer = (min: number, max: number) =>
  z
    .string()
    .refine(
      text => /^\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max,
      `expected a whole number from ${min} to ${max}`,
    )
    .transform(Number)

const BOOLEANS = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])

export const booleanSetting = z
  .string()
  .refine(text => BOOLEANS.has(text.toLowerCase()), 'expected true or false')
  .transform(text => BOOLEANS.get(text.toLowerCase()) === true)

export const timezone = z.string().refine(isTimezone, 'expected an IANA time zone such as Europe/Paris')

export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    // An offset has no rules for the change of the clock, and PostgreSQL reads its sign the other way round.
    return !/^[+-]/.test(name)
  } catch {
    return false
  }
}

export const databaseUrl = z.string().superRefine((text, context) => {
  const [, hosts = ''] = /^postgres(?:ql)?:\/\/(?:[^@/]*@)?([^/?]*)/.exec(text) ?? []
  const given = /[?&]host=([^&]*)/.exec(text)?.[1] ?? ''
  const isList = hosts.includes(',') || (/,|%2c/i.test(given) && !/^(\/|%2f)/i.test(given))
  if (isList)
    context.addIssue({
      code: 'custom',
      message:
        'expected one address. For several servers that of something which leads to the primary: HAProxy, or a ' +
        'virtual IP address',
    })
  else if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text))
    context.addIssue({ code: 'custom', message: 'expected postgresql://user:password@host/database' })
})

export const origin = z
  .string()
  .refine(
    text => /^https?:\/\//i.test(text) && URL.canParse(text) && !/[?#]/.test(text),
    'expected an address such as https://stats.example.org',
  )
  .transform(text => text.replace(/\/+$/, ''))

export const channelId = z.string().regex(/^\d{1,20}$/, 'expected the channel’s id, digits only')

export const trustProxy = z.string().transform((text, context): boolean | string[] => {
  const known = BOOLEANS.get(text.toLowerCase())
  if (known !== undefined) return known
  const addresses = text.split(/[\s,]+/).filter(Boolean)
  if (addresses.length > 0 && addresses.every(isNetwork)) return addresses
  context.addIssue({
    code: 'custom',
    message: 'expected true, false, or a list of addresses such as 10.0.0.0/8',
  })
  return z.NEVER
})

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}
