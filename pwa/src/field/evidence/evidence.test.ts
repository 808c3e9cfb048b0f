/** Reading files: what they are, whether they are whole, what they say. Drawing is tried in a real browser. */
import { describe, expect, it } from "vitest"
import { sha256Hex } from "../../kit/sha256"
import { fit } from "./draw"
import { exifFacts, factsFrom } from "./exif"
import { imageHead } from "./imageHead"
import { makePhoto } from "./makePhoto"

const ascii = (text: string) => [...text].map((char) => char.charCodeAt(0))
const be16 = (value: number) => [value >> 8, value & 255]
const be32 = (value: number) => [...be16(value >>> 16), ...be16(value & 65535)]

/** TIFF block: orientation 6, a date with its zone, a place south of the equator. */
function exifBlock(): number[] {
  const entry = (tag: number, type: number, count: number, value: number[]) => [...be16(tag), ...be16(type), ...be32(count), ...value]
  const date = [...ascii("2026:11:22 11:17:11"), 0]
  const rational = (values: number[]) => values.flatMap((value) => [...be32(value), ...be32(1)])
  const [ifd0, exif, gps] = [8, 8 + 2 + 36 + 4, 8 + 42 + 2 + 24 + 4]
  const data = gps + 2 + 48 + 4
  return [
    ...ascii("MM"), 0, 42, ...be32(ifd0),
    ...be16(3), ...entry(0x0112, 3, 1, [...be16(6), 0, 0]), ...entry(0x8769, 4, 1, be32(exif)), ...entry(0x8825, 4, 1, be32(gps)), ...be32(0),
    ...be16(2), ...entry(0x9003, 2, 20, be32(data)), ...entry(0x9011, 2, 7, be32(data + 20)), ...be32(0),
    ...be16(4), ...entry(1, 2, 2, [...ascii("S"), 0, 0, 0]), ...entry(2, 5, 3, be32(data + 28)), ...entry(3, 2, 2, [...ascii("E"), 0, 0, 0]), ...entry(4, 5, 3, be32(data + 52)), ...be32(0),
    ...date, ...ascii("+08:00"), 0, 0, ...rational([34, 44, 48]), ...rational([113, 37, 30]),
  ]
}

function aJpeg({ withExif = true, isCut = false } = {}): Uint8Array<ArrayBuffer> {
  const tiff = exifBlock()
  const app1 = withExif ? [0xff, 0xe1, ...be16(tiff.length + 8), ...ascii("Exif"), 0, 0, ...tiff] : []
  const frame = [0xff, 0xc0, ...be16(17), 8, ...be16(3000), ...be16(4000), 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]
  const scan = [0xff, 0xda, ...be16(8), 1, 1, 0, 0, 63, 0, ...Array.from({ length: 200 }, (_, i) => i % 200)]
  return new Uint8Array([0xff, 0xd8, ...app1, ...frame, ...scan, ...(isCut ? [] : [0xff, 0xd9])])
}

function aHeic(): Uint8Array<ArrayBuffer> {
  const ftyp = [...be32(24), ...ascii("ftypheic"), ...be32(0), ...ascii("mif1heic")]
  const ispe = (w: number, h: number) => [...be32(20), ...ascii("ispe"), ...be32(0), ...be32(w), ...be32(h)]
  const inner = [...ispe(512, 512), ...ispe(4032, 3024)]
  return new Uint8Array([...ftyp, ...be32(inner.length + 8), ...ascii("meta"), ...inner, ...be32(12), ...ascii("mdat"), 1, 2, 3, 4])
}

describe("the head of a file", () => {
  it("tells a JPEG and its size, whatever the name says", () => {
    expect(imageHead(aJpeg())).toEqual({ mime: "image/jpeg", w: 4000, h: 3000, isWhole: true })
  })

  it("notices a JPEG that was cut off", () => {
    expect(imageHead(aJpeg({ isCut: true }))).toMatchObject({ mime: "image/jpeg", isWhole: false })
  })

  it("takes the picture of a HEIC for its size, not one of its tiles", () => {
    expect(imageHead(aHeic())).toEqual({ mime: "image/heic", w: 4032, h: 3024, isWhole: true })
    expect(imageHead(aHeic().subarray(0, 60))).toMatchObject({ isWhole: false })
  })

  it("refuses what is no photo", () => {
    for (const text of ["%PDF-1.7", "<svg xmlns=", "GIF89a", "", "PK\x03\x04"]) expect(imageHead(new Uint8Array(ascii(text)))).toBeNull()
  })
})

describe("what the file says about itself", () => {
  it("is recorded as texts and integers", async () => {
    expect(await exifFacts(aJpeg().buffer)).toEqual({ orientation: 6, taken: "2026-11-22T11:17:11+08:00", lat: "-34.746667", lon: "113.625000" })
  })

  it("may be missing or nonsense", async () => {
    expect(await exifFacts(aJpeg({ withExif: false }).buffer)).toEqual({})
    expect(await exifFacts(new ArrayBuffer(3))).toEqual({})
    expect(factsFrom({ Make: "a\0\u0007b", Orientation: 99, DateTimeOriginal: "0000:00:00 00:00:00", GPSLatitude: [NaN], GPSLongitude: [1, 2, 3] })).toEqual({ make: "ab" })
  })
})

describe("making a photo", () => {
  it("keeps a whole file that cannot be drawn here, for the server to draw", async () => {
    const bytes = aJpeg()
    const answer = await makePhoto({ bytes: bytes.buffer, stamp: [] })
    expect(answer).toMatchObject({ ok: true, made: { sha256: sha256Hex(bytes), w: 3000, h: 4000, view: null, thumb: null, mime: "image/jpeg" } })
  })

  it("says what is wrong with a file that is no photo, broken or empty", async () => {
    const problemOf = async (bytes: Uint8Array<ArrayBuffer>) => {
      const answer = await makePhoto({ bytes: bytes.buffer, stamp: [] })
      return answer.ok ? null : answer.problem
    }
    expect(await problemOf(aJpeg({ isCut: true }))).toBe("broken")
    expect(await problemOf(new Uint8Array(ascii("hello")))).toBe("not_an_image")
    expect(await problemOf(new Uint8Array())).toBe("broken")
  })

  it("fits copies into their edge and never enlarges", () => {
    expect(fit(8000, 6000, 2000)).toEqual({ w: 2000, h: 1500 })
    expect(fit(3000, 4000, 320)).toEqual({ w: 240, h: 320 })
    expect(fit(100, 50, 320)).toEqual({ w: 100, h: 50 })
  })
})
