import { createWaker, type Waker } from '@debrief/shared'
import { type Client, Events } from 'discord.js'
import { watchVoice } from '../voice/watch-voice.ts'
import { answerInteraction } from './commands/answer-interaction.ts'
import { answerMessage } from './commands/answer-message.ts'
import { registerCommands } from './commands/register-commands.ts'
import type { DiscordContext } from './discord-context.ts'
import { createGate, type Gate } from './gateway/gate.ts'
import { stayOnline } from './gateway/stay-online.ts'
import { createVoiceBook } from './gateway/voice-book.ts'
import { noteFault } from './note-fault.ts'
import { createOrphans } from './posts/orphans.ts'
import { createReportBook } from './reports/report-book.ts'
import { createRest } from './rest/create-rest.ts'
import { DiscordFault } from './rest/discord-fault.ts'
import { keepTelling } from './telling/keep-telling.ts'
import { type Bot, linkStart } from './with-links.ts'

interface Signals {
  /** Aborts when this process no longer leads, or stops. */
  leading: AbortSignal
  /** Aborts when the server stops: what is under way may end. */
  stopping: AbortSignal
}

const VOICE_TICK_MS = 1_000
const LAST_REQUESTS_MS = 3_000

/** All that only one process may do, until `leading` aborts: telling, the gateway with its commands, and voice. */
export async function lead(given: DiscordContext, news: Waker, signals: Signals): Promise<void> {
  const { db, log, config, state, pictures, now = () => new Date() } = given
  const { discord } = config
  const signal = signals.leading
  const rest = createRest(discord, cutOff(signals))
  const gate = createGate()
  const recovered = createWaker()
  const book = createVoiceBook()
  const context = {
    peopleInVoice: () => book.people(discord.voiceChannelIds),
    linkStart: () => linkStart(given),
    ...{ db, log, rest, config: discord, pictures, signal, telling: state.telling },
    ...{ orphans: createOrphans(), reports: createReportBook() },
  }
  const voice = watchVoice({ db, log, rules: discord, now })
  const lookAtVoice = () =>
    discord.voiceChannelIds.length > 0 ? voice.observe(book.count(discord.voiceChannelIds)) : undefined
  // Nobody is waited for where no channel is watched.
  const ticking =
    discord.voiceChannelIds.length > 0 ? setInterval(() => void lookAtVoice(), VOICE_TICK_MS) : undefined
  if (discord.statsChannelId === null) {
    log.warn('DISCORD_STATS_CHANNEL_ID is not set: nothing is posted by itself; commands are answered.')
  }
  try {
    await Promise.all([
      keepTelling({ ...context, gate, news, recovered }, signal),
      stayOnline(
        {
          config: discord,
          log,
          rest,
          gate,
          setState: text => {
            state.discord = text
            if (text === 'online') recovered.wake()
          },
          onPacket: packet => {
            if (book.note(packet)) void lookAtVoice()
          },
          onConnectionLost: book.disconnected,
          onReady: client => serve(client, { ...context, botId: client.user.id }, gate),
        },
        signal,
      ),
    ])
  } finally {
    clearInterval(ticking)
    state.discord = signals.stopping.aborted ? 'off' : 'paused: the database does not answer'
  }
}

/** Commands are answered, and Discord knows them. */
function serve(client: Client<true>, bot: Bot, gate: Gate): void {
  client.on(Events.MessageCreate, message => void answerMessage(bot, message))
  client.on(Events.InteractionCreate, interaction => void answerInteraction(bot, interaction))
  registerCommands(bot, client.application.id).then(
    changed => changed && bot.log.info('Discord was told of the slash commands'),
    error => {
      const failed = 'The slash commands could not be registered'
      if (error instanceof DiscordFault && error.kind === 'token') gate.close()
      else noteFault({ ...bot, about: 'commands' }, error, failed)
    },
  )
}

/**
 * When requests end. A process that no longer leads must not post beside the one that does; one that stops lets what is
 * under way end, for nobody else begins before the lock is free.
 */
function cutOff({ leading, stopping }: Signals): AbortSignal {
  const requests = new AbortController()
  const cut = () => requests.abort(leading.reason)
  leading.addEventListener(
    'abort',
    () => {
      if (stopping.aborted) setTimeout(cut, LAST_REQUESTS_MS).unref()
      else cut()
    },
    { once: true },
  )
  return requests.signal
}
