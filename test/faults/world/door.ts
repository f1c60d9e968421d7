import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Test } from 'tap'

export interface Door {
  url: string
  /** The connection on which so many bytes have gone in from now on breaks, once. */
  cutAfter(bytes: number): void
  /** What the servers answer on the connections that are open now gets lost; nothing breaks. */
  loseAnswers(): void
  cut(): void
}

/** One address for several servers, as a balancer in front of them: a connection goes to one that answers. */
export async function door(t: Test, urls: () => readonly string[], random: () => number): Promise<Door> {
  const wires = new Set<{ near: Socket; far: Socket }>()
  const deaf = new Set<Socket>()
  let left = Number.POSITIVE_INFINITY

  const server = createServer(near => {
    near.on('error', () => undefined)
    void reach(urls(), random).then(far => {
      if (far === null || near.destroyed) {
        far?.destroy()
        return void near.destroy()
      }
      const wire = { near, far }
      wires.add(wire)
      far.on('error', () => near.destroy())
      far.on('close', () => near.destroy())
      near.on('close', () => {
        wires.delete(wire)
        deaf.delete(near)
        far.destroy()
      })
      near.on('data', chunk => {
        left -= chunk.length
        if (left >= 0) return void far.write(chunk)
        far.write(chunk.subarray(0, Math.max(0, chunk.length + left)), () => near.destroy())
        left = Number.POSITIVE_INFINITY
      })
      far.on('data', chunk => !deaf.has(near) && near.write(chunk))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const { near } of wires) near.destroy()
  }
  t.teardown(() => {
    cut()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    cutAfter: bytes => {
      left = bytes
    },
    loseAnswers() {
      for (const { near } of wires) deaf.add(near)
    },
  }
}

async function reach(urls: readonly string[], random: () => number): Promise<Socket | null> {
  const first = Math.floor(random() * urls.length)
  for (let at = 0; at < urls.length; at += 1) {
    const { hostname, port } = new URL(urls[(first + at) % urls.length] ?? '')
    const socket = connect(Number(port), hostname)
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    if (isOpen) return socket
  }
  return null
}
