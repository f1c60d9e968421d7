import { readFileSync } from 'node:fs'
import { rootCertificates } from 'node:tls'

/** Where the distributions keep what `update-ca-certificates` and its like put together. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** Node's own roots, the host's, and the file of CA_CERT on top: naming a CA never loses the others. */
export function trustedCertificates(caCertFile: string | null): string[] {
  const trusted = new Set(rootCertificates.map(tidy))
  const hostBundle = [process.env.SSL_CERT_FILE, process.env.NODE_EXTRA_CA_CERTS, ...BUNDLES]
  for (const file of hostBundle) for (const pem of file ? readCertificates(file) : []) trusted.add(pem)
  if (caCertFile) for (const pem of tidyAll(readFileSync(caCertFile, 'latin1'))) trusted.add(pem)
  return [...trusted]
}

function readCertificates(file: string): string[] {
  try {
    return tidyAll(readFileSync(file, 'latin1'))
  } catch {
    return []
  }
}

function tidyAll(text: string): string[] {
  return (text.match(CERTIFICATE) ?? []).map(tidy)
}

function tidy(pem: string): string {
  return pem.replace(/\r\n/g, '\n').trim()
}
