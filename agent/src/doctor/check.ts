/** One thing that was looked at. `advice` is a sentence for the admin; null where all is well. */
export interface Finding {
  what: string
  state: 'ok' | 'warning' | 'failed'
  detail: string
  advice: string | null
}

export function ok(what: string, detail: string): Finding {
  return { what, state: 'ok', detail, advice: null }
}

export function warning(what: string, detail: string, advice: string): Finding {
  return { what, state: 'warning', detail, advice }
}

export function failed(what: string, detail: string, advice: string): Finding {
  return { what, state: 'failed', detail, advice }
}
