/** Draws the app icons into public/icons, with nothing but zlib: run `npm run icons` after a change. */
import { mkdirSync, writeFileSync } from "node:fs"
import { crc32, deflateSync } from "node:zlib"

const BLUE = [0x1f, 0x4f, 0xb8]
const WHITE = [0xff, 0xff, 0xff]
const folder = new URL("../public/icons/", import.meta.url)

/** A white check list on blue: three lines, of which the first two are ticked. Units: 1 = the whole edge. */
function colourAt(x, y, inset) {
  const u = (x - inset) / (1 - 2 * inset)
  const v = (y - inset) / (1 - 2 * inset)
  for (const [row, ticked] of [[0.3, true], [0.5, true], [0.7, false]]) {
    if (u > 0.44 && u < 0.82 && Math.abs(v - row) < 0.035) return WHITE
    if (ticked && isOnTick(u - 0.27, v - row)) return WHITE
    if (!ticked && isOnRing(u - 0.27, v - row)) return WHITE
  }
  return BLUE
}

function isOnTick(u, v) {
  return distance(u, v, -0.08, 0, -0.025, 0.055) < 0.026 || distance(u, v, -0.025, 0.055, 0.08, -0.06) < 0.026
}

function isOnRing(u, v) {
  return Math.abs(Math.hypot(u, v) - 0.055) < 0.018
}

function distance(x, y, x1, y1, x2, y2) {
  const length = (x2 - x1) ** 2 + (y2 - y1) ** 2
  const t = Math.max(0, Math.min(1, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length))
  return Math.hypot(x - x1 - t * (x2 - x1), y - y1 - t * (y2 - y1))
}

function alphaAt(x, y, radius) {
  const dx = Math.max(radius - x, x - (1 - radius), 0)
  const dy = Math.max(radius - y, y - (1 - radius), 0)
  return Math.hypot(dx, dy) <= radius ? 255 : 0
}

function picture(size, { inset, radius }) {
  const rows = Buffer.alloc(size * (size * 4 + 1))
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = y * (size * 4 + 1) + 1 + x * 4
      rows.set(pixel(x, y, size, inset, radius), at)
    }
  }
  return rows
}

/** The mean of 3 × 3 samples, for smooth edges. */
function pixel(x, y, size, inset, radius) {
  const sum = [0, 0, 0, 0]
  for (let i = 0; i < 9; i++) {
    const u = (x + ((i % 3) + 0.5) / 3) / size
    const v = (y + (Math.floor(i / 3) + 0.5) / 3) / size
    const colour = colourAt(u, v, inset)
    for (let c = 0; c < 3; c++) sum[c] += colour[c]
    sum[3] += radius ? alphaAt(u, v, radius) : 255
  }
  return sum.map((value) => Math.round(value / 9))
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

function png(size, shape) {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 6, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const data = deflateSync(picture(size, shape), { level: 9 })
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))])
}

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><rect width="100" height="100" rx="18" fill="#1f4fb8"/>
<g stroke="#fff" fill="none" stroke-linecap="round" stroke-linejoin="round"><path stroke-width="7" stroke-linecap="butt" d="M44 30h38M44 50h38M44 70h38"/>
<path stroke-width="5.2" d="M19 30l5.5 5.5L35 24M19 50l5.5 5.5L35 44"/><circle cx="27" cy="70" r="5.5" stroke-width="3.6"/></g></svg>
`

mkdirSync(folder, { recursive: true })
writeFileSync(new URL("icon-192.png", folder), png(192, { inset: 0, radius: 0.18 }))
writeFileSync(new URL("icon-512.png", folder), png(512, { inset: 0, radius: 0.18 }))
writeFileSync(new URL("icon-maskable-512.png", folder), png(512, { inset: 0.1, radius: 0 }))
writeFileSync(new URL("icon.svg", folder), SVG)
