/** The cards of a session's report, in their order, by what their titles say. */
export const REPORT_TITLES = [/overview/, /Teams/, /Line-ups/, /Damage/, /Weapons/, /Awards/]
