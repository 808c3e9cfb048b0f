/**
 * The viewing copy (long edge ≤ 2000 px, stamped) and the thumbnail, drawn from the picture as seen
 * upright. One picture at a time, decoded and drawn in the same thread: an orientation can get lost on
 * the way between threads, and two 48-megapixel pictures do not fit a phone's memory.
 */
import { THUMB_EDGE, VIEW_EDGE } from "./job"

const LARGE_PIXELS = 16_000_000

export interface Copies {
  readonly w: number
  readonly h: number
  readonly view: ArrayBuffer
  readonly thumb: ArrayBuffer
}

export interface Size {
  readonly w: number
  readonly h: number
}

/** `size` is that of the picture as seen upright, 0 where unknown. Throws where this browser cannot decode or draw it. */
export async function drawCopies(blob: Blob, size: Size, stamp: readonly string[]): Promise<Copies> {
  const bitmap = await decode(blob, size)
  try {
    const view = fit(bitmap.width, bitmap.height, VIEW_EDGE)
    const canvas = new OffscreenCanvas(view.w, view.h)
    const context = contextOf(canvas)
    context.drawImage(bitmap, 0, 0, view.w, view.h)
    if (isBlank(context, view)) throw new Error("the picture came out empty")
    const thumb = await thumbOf(canvas, view)
    drawStamp(context, view, stamp)
    const { w, h } = size.w * size.h === 0 ? { w: bitmap.width, h: bitmap.height } : size
    return { w, h, view: await jpeg(canvas, 0.82), thumb }
  } finally {
    bitmap.close()
  }
}

/** Over 16 megapixels the browser scales while it decodes: slower, but it does not need 200 MB. */
async function decode(blob: Blob, { w, h }: Size): Promise<ImageBitmap> {
  const options: ImageBitmapOptions = { imageOrientation: "from-image" }
  if (w * h <= LARGE_PIXELS) return createImageBitmap(blob, options)
  return createImageBitmap(blob, { ...options, resizeWidth: fit(w, h, VIEW_EDGE).w, resizeQuality: "high" })
}

export function fit(w: number, h: number, edge: number): Size {
  const scale = Math.min(1, edge / Math.max(w, h))
  return { w: Math.max(1, Math.round(w * scale)), h: Math.max(1, Math.round(h * scale)) }
}

async function thumbOf(source: OffscreenCanvas, { w, h }: Size): Promise<ArrayBuffer> {
  const size = fit(w, h, THUMB_EDGE)
  const canvas = new OffscreenCanvas(size.w, size.h)
  contextOf(canvas).drawImage(source, 0, 0, size.w, size.h)
  return jpeg(canvas, 0.75)
}

/** Over its limits a canvas draws nothing and says nothing; a black square must not pass for evidence. */
function isBlank(context: Context, { w, h }: Size): boolean {
  for (const [x, y] of [[0.5, 0.5], [0.1, 0.1], [0.9, 0.9], [0.1, 0.9], [0.9, 0.1]] as const) {
    const [, , , alpha] = context.getImageData(Math.floor(x * (w - 1)), Math.floor(y * (h - 1)), 1, 1).data
    if (alpha !== 0) return false
  }
  return true
}

/** White text on a dark band at the lower edge: site, item, time, officer, place. */
function drawStamp(context: Context, { w, h }: Size, lines: readonly string[]): void {
  if (lines.length === 0) return
  const size = Math.max(12, Math.round(Math.min(w, h) / 36))
  const step = Math.round(size * 1.4)
  const band = step * lines.length + size
  context.fillStyle = "rgba(0, 0, 0, 0.55)"
  context.fillRect(0, h - band, w, band)
  context.fillStyle = "#ffffff"
  context.font = `${size}px "PingFang SC", "HarmonyOS Sans SC", MiSans, "Noto Sans SC", "Noto Sans CJK SC", sans-serif`
  context.textBaseline = "top"
  lines.forEach((line, i) => context.fillText(line, size, h - band + size / 2 + i * step, w - 2 * size))
}

// ------------------------------------------------------------------ canvases

type Context = OffscreenCanvasRenderingContext2D

function contextOf(canvas: OffscreenCanvas): Context {
  const context = canvas.getContext("2d")
  if (!context) throw new Error("no canvas")
  return context
}

async function jpeg(canvas: OffscreenCanvas, quality: number): Promise<ArrayBuffer> {
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality })
  if (blob.type !== "image/jpeg") throw new Error(`asked for JPEG, got ${blob.type}`)
  return blob.arrayBuffer()
}
