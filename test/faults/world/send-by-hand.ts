import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { NightFile } from '../../support/game-server/night-file.ts'
import { anyServer, type World } from './world.ts'

/** Sends the first bytes of an upload, some of them slowly, and hangs up at a random one. */
export async function cutUpload(world: World, file: NightFile): Promise<void> {
  const all = upload(world, file)
  const cutAt = Math.floor(world.random() * all.length)
  const socket = open(world)
  socket.write(all.subarray(0, Math.floor(cutAt / 2)))
  await sleep(world.random() * 100)
  socket.write(all.subarray(Math.floor(cutAt / 2), cutAt))
  await sleep(10)
  socket.destroy()
}

/** The whole of an upload in so many drops, and its answer is not waited for. */
export async function dripUpload(
  world: World,
  file: NightFile,
  drops: number,
  pauseMs: number,
): Promise<void> {
  const all = upload(world, file)
  const socket = open(world)
  const size = Math.ceil(all.length / drops)
  for (let at = 0; at < all.length; at += size) {
    socket.write(all.subarray(at, at + size))
    await sleep(pauseMs)
  }
  socket.destroy()
}

function open(world: World) {
  const { hostname, port } = new URL(anyServer(world).url())
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  return socket
}

function upload({ token }: World, { name, content, modifiedAt }: NightFile): Buffer {
  const fields =
    `--b\r\nContent-Disposition: form-data; name="mtime"\r\n\r\n${modifiedAt.toISOString()}\r\n` +
    `--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`
  const body = Buffer.concat([Buffer.from(fields), content, Buffer.from('\r\n--b--\r\n')])
  const head =
    `POST /api/v1/files HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n` +
    `content-type: multipart/form-data; boundary=b\r\ncontent-length: ${body.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), body])
}
