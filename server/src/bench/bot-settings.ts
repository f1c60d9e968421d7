import type { FakeDiscord } from '../../../test/support/discord/fake-discord.ts'

/** What a server needs to be told to speak to the stand-in for Discord, and to announce what is weeks old. */
export function botSettings({ apiUrl, state }: FakeDiscord): Record<string, string> {
  return {
    DISCORD_TOKEN: state.token,
    DISCORD_STATS_CHANNEL_ID: state.statsChannelId,
    DISCORD_API_URL: apiUrl,
    AUTOPOST_MAX_AGE_MINUTES: '100000',
  }
}
