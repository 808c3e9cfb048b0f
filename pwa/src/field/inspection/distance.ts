/** How far two positions are apart on the ground, and when that deserves a question. */
import type { Gps } from "../../sync/visit"

const EARTH_M = 6_371_008.8
const FAR_M = 500

interface Position {
  readonly lat: string
  readonly lon: string
}

/** Haversine, rounded to metres; null where a coordinate is no number. */
export function distanceM(a: Position, b: Position): number | null {
  const [aLat, aLon, bLat, bLon] = [a.lat, a.lon, b.lat, b.lon].map((text) => (Number(text) * Math.PI) / 180) as [number, number, number, number]
  const h = Math.sin((bLat - aLat) / 2) ** 2 + Math.cos(aLat) * Math.cos(bLat) * Math.sin((bLon - aLon) / 2) ** 2
  const metres = Math.round(2 * EARTH_M * Math.asin(Math.sqrt(Math.min(1, h))))
  return Number.isFinite(metres) ? metres : null
}

/** Far, even if the position is as wrong as it may be. The answer is a question to the officer, never a wall. */
export function isFar(distance: number | null, gps: Gps): boolean {
  return distance !== null && distance - gps.accM > FAR_M
}
