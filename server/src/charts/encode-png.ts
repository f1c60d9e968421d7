import { promisify } from 'node:util'
import { crc32, deflate } from 'node:zlib'
import type { Canvas } from '@napi-rs/canvas'

const deflateAsync = promisify(deflate)

/**
 * An opaque canvas as PNG. Four times as fast as the canvas's own encoder, which spends its time on filters and levels
 * of compression that flat pictures do not need (measured for both pictures of 12 players on a busy machine: 0.3 s
 * instead of 1.3, and 9 % smaller): a report's post must be out within 3 s, on such a machine too.
 */
export async function encodePng(canvas: Canvas): Promise<Buffer> {
  const { width, height } = canvas
  const data = await deflateAsync(scanlines(canvas.data(), width, height), { level: 1 })
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8 // bits per colour
  header[9] = 2 // red, green, blue
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** RGBA to lines of RGB, each after a byte that says that it is not filtered. */
function scanlines(rgba: Buffer, width: number, height: number): Buffer {
  const pixels = new DataView(rgba.buffer, rgba.byteOffset, rgba.byteLength)
  const lines = Buffer.alloc(height * (width * 3 + 1))
  let from = 0
  let to = 0
  for (let y = 0; y < height; y += 1) {
    to += 1
    for (let x = 0; x < width; x += 1) {
      const pixel = pixels.getUint32(from)
      lines[to] = pixel >>> 24
      lines[to + 1] = (pixel >>> 16) & 255
      lines[to + 2] = (pixel >>> 8) & 255
      from += 4
      to += 3
    }
  }
  return lines
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}
