/**
 * What the file says about itself, recorded as facts beside what the phone saw. A file can say anything:
 * nothing is decided by it, and a block that cannot be read is no reason to refuse the photo.
 */
import * as exifr from "exifr/dist/lite.esm.mjs"
import type { ExifFacts } from "./job"

const OPTIONS = {
  tiff: true,
  exif: true,
  gps: true,
  xmp: false,
  icc: false,
  iptc: false,
  jfif: false,
  ihdr: false,
  interop: false, // its tags have the numbers of those of GPS
  mergeOutput: false,
  reviveValues: false,
  translateValues: false,
}

const LONGEST = 80

export async function exifFacts(bytes: ArrayBuffer): Promise<ExifFacts> {
  try {
    const found = (await exifr.parse(bytes, OPTIONS)) as Partial<Record<"ifd0" | "exif" | "gps", object>> | undefined
    return found ? factsFrom({ ...found.ifd0, ...found.exif, ...found.gps }) : {}
  } catch {
    return {}
  }
}

/** Texts and integers only: floats have no canonical form. */
export function factsFrom(found: Readonly<Record<string, unknown>>): ExifFacts {
  const facts: Record<string, string | number> = {}
  const put = (name: string, value: string | number | null) => {
    if (value !== null) facts[name] = value
  }
  put("make", textOf(found.Make))
  put("model", textOf(found.Model))
  put("orientation", orientationOf(found.Orientation))
  put("taken", takenOf(found))
  put("lat", degreesOf(found.GPSLatitude, found.GPSLatitudeRef, "S"))
  put("lon", degreesOf(found.GPSLongitude, found.GPSLongitudeRef, "W"))
  if (!("lat" in facts && "lon" in facts)) {
    delete facts.lat
    delete facts.lon
  }
  return facts
}

function textOf(value: unknown): string | null {
  if (typeof value !== "string") return null
  // Control characters and lone surrogates cannot stand in an op.
  const text = value.replace(/[\p{Control}\p{Surrogate}]/gu, "").trim().slice(0, LONGEST)
  return text === "" ? null : text
}

function orientationOf(value: unknown): number | null {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 8 ? Number(value) : null
}

/** `2026:11:22 11:17:11` → `2026-11-22T11:17:11`, with the zone where the file knows it. */
function takenOf(found: Readonly<Record<string, unknown>>): string | null {
  const text = textOf(found.DateTimeOriginal) ?? textOf(found.CreateDate)
  const match = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d:\d\d:\d\d)/.exec(text ?? "")
  if (!match || match[1] === "0000") return null
  const zone = textOf(found.OffsetTimeOriginal)
  return `${match[1]}-${match[2]}-${match[3]}T${match[4]}${zone && /^[+-]\d\d:\d\d$/.test(zone) ? zone : ""}`
}

function degreesOf(value: unknown, ref: unknown, negative: string): string | null {
  const parts = Array.isArray(value) ? value.map(Number) : []
  const [d = NaN, m = 0, s = 0] = parts
  const degrees = d + m / 60 + s / 3600
  if (!Number.isFinite(degrees) || Math.abs(degrees) > 180) return null
  return (String(ref).toUpperCase().startsWith(negative) ? -degrees : degrees).toFixed(6)
}
