import { type Finding, failed, ok, warning } from '@debrief/shared'
import { type Config, ConfigError, loadConfig } from '../config.ts'
import { lookAtAnswer } from './look-at-answer.ts'
import { lookAtCertificate } from './look-at-certificate.ts'
import { lookAtDatabase } from './look-at-database.ts'
import { lookAtSpace } from './look-at-space.ts'

/**
 * Looks at everything that the server needs, beside a server that runs or without one, and changes nothing. Settings
 * that are wrong end the look: what they lead to would be judged in vain.
 */
export async function examineServer(env: Record<string, string | undefined>): Promise<Finding[]> {
  let config: Config
  try {
    config = loadConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return [
      failed('settings', error.message, 'README lists every setting; the service’s are in debrief.env.'),
    ]
  }
  return [
    ok('settings', 'They are complete.'),
    ...(await lookAtSpace(config)),
    ...(await lookAtDatabase(config)),
    ...lookAtCertificate(config),
    await lookAtAnswer(config),
    ...(await lookAtDiscord(config)),
  ]
}

async function lookAtDiscord({ discord }: Config): Promise<Finding[]> {
  if (discord.token === null) return [ok('Discord', 'DISCORD_TOKEN is not set: there is no bot.')]
  // discord.js takes a second to load.
  const { checkDiscord } = await import('../discord/doctor/check-discord.ts')
  const findings = await checkDiscord(discord)
  return findings.map(({ isRight, text }) =>
    isRight ? ok('Discord', text) : warning('Discord', text, 'README, Discord, has every step.'),
  )
}
