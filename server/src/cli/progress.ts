import cliProgress from 'cli-progress'

/** A bar on standard error, on a terminal only: `onProgress` of the long commands. Call `end` when it is over. */
export function progress(what: string): { show(done: number, total: number): void; end(): void } {
  const bar = new cliProgress.SingleBar({
    format: `${what} {bar} {percentage} %  {value} of {total}`,
    barsize: 30,
    // Not hidden: a terminal that is left in mid-command would keep the cursor hidden.
    hideCursor: false,
    // Where there is no terminal it draws nothing.
    noTTYOutput: false,
    stream: process.stderr,
    barCompleteChar: '█',
    barIncompleteChar: '░',
  })
  return {
    show(done, total) {
      if (!bar.isActive) bar.start(total, done)
      bar.setTotal(total)
      bar.update(done)
    },
    end() {
      bar.stop()
    },
  }
}
