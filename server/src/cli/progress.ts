/** A bar on standard error, on a terminal only: `onProgress` of the long commands. Call `end` when it is over. */
export function progress(what: string): { show(done: number, total: number): void; end(): void } {
  const { stderr } = process
  let shown = ''
  return {
    show(done, total) {
      if (!stderr.isTTY) return
      const share = total === 0 ? 1 : done / total
      const bar = '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░')
      const line = `${what} ${bar} ${Math.floor(share * 100)} %`
      // Thousands of equal lines would cost more than the work.
      if (line !== shown) stderr.write(`\r${line}`)
      shown = line
    },
    end() {
      if (shown) stderr.write('\n')
    },
  }
}

const WIDTH = 30
