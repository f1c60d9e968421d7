import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import type { Config } from '../config.ts'

export type TlsFiles = Pick<NonNullable<Config['tls']>, 'certFile' | 'keyFile'>

export interface Certificate {
  /** PEM texts. */
  cert: string
  key: string
  endsAt: Date
}

/** The pair that lies in the files now. Throws where one cannot be read, or the two do not belong together. */
export async function readCertificate({ certFile, keyFile }: TlsFiles): Promise<Certificate> {
  const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')])
  createSecureContext({ cert, key })
  return { cert, key, endsAt: certificateEnd(cert) }
}

/** The moment after which the first certificate of a PEM text, the server's own, is not believed any more. */
export function certificateEnd(cert: string): Date {
  return new Date(new X509Certificate(cert).validTo)
}
