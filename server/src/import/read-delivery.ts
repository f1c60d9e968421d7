import { createHash } from 'node:crypto'
import { NOTICE_CODES, readFileName, type Warning } from '@debrief/shared'
import { parseEndstatsFile } from '../parse/endstats-file.ts'
import { parseOnce } from '../parse/parse-once.ts'
import { nameMismatch } from '../parse/round-file.ts'
import type { Delivery, ReceivedFile } from './received-file.ts'
import { storableName } from './storable-name.ts'

/** Reads a delivery's name and content. Pure: the same bytes under the same name always give the same. */
export function readDelivery(
  delivery: Pick<Delivery, 'name' | 'content' | 'modifiedAt' | 'source'>,
): ReceivedFile {
  const { name, content, modifiedAt, source } = delivery
  const verdict = readFileName(name)
  const received = {
    filename: verdict.kind === 'bad' ? storableName(name) : verdict.name,
    sha256: createHash('sha256').update(content).digest('hex'),
    content,
    modifiedAt,
    source,
    deliveryNotices: [],
  }
  switch (verdict.kind) {
    case 'bad':
      return {
        ...received,
        kind: 'rejected',
        problem: { code: 'bad_file_name', line: null, detail: verdict.reason },
      }
    case 'unsupported':
      return {
        ...received,
        kind: 'unsupported',
        problem: {
          code: 'unsupported_kind',
          line: null,
          detail: 'The file is neither a round nor its awards: it is kept, and nothing is made of it.',
        },
      }
    case 'endstats': {
      const { stamp, map, roundNumber } = verdict
      const parsed = parseEndstatsFile(content)
      if (parsed.kind === 'rejected') return { ...received, kind: 'rejected', problem: parsed.problem }
      const deliveryNotices = verdict.renamed ? [renamed(name, verdict.name)] : []
      return { ...received, deliveryNotices, kind: 'endstats', stamp, map, roundNumber, file: parsed.file }
    }
    case 'round': {
      const parsed = parseOnce(received.sha256, content)
      if (parsed.kind === 'rejected') return { ...received, kind: 'rejected', problem: parsed.problem }
      const mismatch = nameMismatch(parsed.file.header, verdict)
      if (mismatch) return { ...received, kind: 'rejected', problem: mismatch }
      const deliveryNotices = verdict.renamed ? [renamed(name, verdict.name)] : []
      return { ...received, deliveryNotices, kind: 'round', stamp: verdict.stamp, file: parsed.file }
    }
  }
}

function renamed(sent: string, kept: string): Warning {
  return { code: 'file_renamed', expected: kept, actual: sent, message: NOTICE_CODES.file_renamed }
}
