import { existsSync } from 'node:fs'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'
import type { Test } from 'tap'

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Why there is no browser here, as tap's `skip` takes it; false where there is one. On CI there must be one. */
export function withoutBrowser(): string | false {
  if (existsSync(EXECUTABLE)) return false
  const reason = `There is no browser at ${EXECUTABLE} (Debian: apt-get install chromium, or set CHROMIUM).`
  if (process.env.CI === 'true') throw new Error(`${reason} On CI the pages must be tested.`)
  return reason
}

/**
 * Off, as none of it is a page of ours: Chromium's own popups and a process in reserve for each new profile, which are a
 * third of all that it does here; and what playwright turns off that could phone somebody or change an address, as this
 * list takes the place of its own.
 */
const FEATURES_OFF = [
  ...['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup', 'AimEnabled'],
  ...['PreloadTopChromeWebUI', 'SpareRendererForSitePerProcess'],
  ...['HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable', 'MediaRouter', 'OptimizationHints'],
  ...['NetworkTimeServiceQuerying', 'PreconnectToSearch', 'PaintHolding'],
]

/** A browser for this test file. It phones nobody. */
export async function openBrowser(t: Test): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ...['--in-process-gpu', '--disable-site-isolation-trials'],
      `--disable-features=${FEATURES_OFF.join()}`,
    ],
  })
  t.teardown(() => browser.close())
  return browser
}

interface Visit {
  page: Page
  context: BrowserContext
  /** Errors and warnings of the console (broken policies are such), faults of scripts, requests to anywhere else. */
  complaints: string[]
}

/** A fresh profile with one page. Whatever the browser finds wrong is collected. */
export async function visit(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ baseURL: origin, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', error => complaints.push(`fault: ${error.message}`))
  page.on('request', request => {
    if (new URL(request.url()).origin !== origin) complaints.push(`request to ${request.url()}`)
  })
  return { page, context, complaints }
}
