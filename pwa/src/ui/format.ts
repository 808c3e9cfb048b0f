/** Dates, times and sizes as people read them. Everything is shown in China's one time zone. */

const ZONE = "Asia/Shanghai"

const DAY = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" })
const TIME = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hour12: false })
const SECONDS = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false })
const WEEKDAYS: { readonly [language: string]: readonly string[] } = {
  "zh-CN": ["周日", "周一", "周二", "周三", "周四", "周五", "周六"],
  en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
}

/** The day of an instant, `2026-11-22`. */
export function dayOf(instant: string | number): string {
  return DAY.format(new Date(instant))
}

/** `2026-12-08（周二）`. */
export function dayWords(day: string, language = "zh-CN"): string {
  const weekday = WEEKDAYS[language]?.[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? ""
  return language === "en" ? `${day} (${weekday})` : `${day}（${weekday}）`
}

/** `11-22 14:03`, or with the year where it is not that of `today`. */
export function momentWords(instant: string, today?: string): string {
  const day = dayOf(instant)
  const short = today !== undefined && day.slice(0, 4) === today.slice(0, 4) ? day.slice(5) : day
  return `${today === day ? "" : `${short} `}${TIME.format(new Date(instant))}`
}

/** `2026-11-22 14:03:09`: where seconds matter, beside evidence. */
export function exactMoment(instant: string): string {
  return `${dayOf(instant)} ${SECONDS.format(new Date(instant))}`
}

/** `8.4 MB`, never broken over two lines. Decimal units, as phones show them. */
export function bytesWords(bytes: number): string {
  if (bytes < 1000) return `${bytes}\u00a0B`
  const units = ["KB", "MB", "GB", "TB"]
  let value = bytes / 1000
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)}\u00a0${units[unit]}`
}

/** Metres as a person says them: `85 m`, `1.2\u00a0km`. */
export function distanceWords(metres: number): string {
  return metres < 1000 ? `${Math.round(metres)}\u00a0m` : `${(metres / 1000).toFixed(metres < 10_000 ? 1 : 0)}\u00a0km`
}
