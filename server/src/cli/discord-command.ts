import { Command } from 'commander'
import { loadConfigOrExit } from '../load-config-or-exit.ts'

/** `debrief discord check`: everything that can be wrong between us and Discord, and what to do about it. */
export function discordCommand(): Command {
  const discord = new Command('discord').description('the bot')
  discord
    .command('check')
    .description('test token, intents, channels and permissions; fails when the bot could not do its work')
    .action(async () => {
      // discord.js takes a second to load; the other commands do without.
      const { checkDiscord } = await import('../discord/doctor/check-discord.ts')
      const findings = await checkDiscord(loadConfigOrExit(process.env).discord)
      for (const { isRight, text } of findings) process.stdout.write(`${isRight ? '✓' : '✗'} ${text}\n`)
      const wrong = findings.filter(({ isRight }) => !isRight).length
      if (wrong > 0) throw new Error(`${wrong} ${wrong === 1 ? 'thing is' : 'things are'} missing.`)
    })
  return discord
}
