/** A signature as lines of points in the pad's own size, so that it can be undone and redrawn after the screen turns. */

export interface Point {
  readonly x: number
  readonly y: number
}

export type Stroke = readonly Point[]

/** The small part of a canvas context that drawing needs. */
export interface Pen {
  beginPath(): void
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
  quadraticCurveTo(cpx: number, cpy: number, x: number, y: number): void
  stroke(): void
}

const LEAST_LENGTH = 60

/** A dot or a slip of the finger is no signature. */
export function isSignature(strokes: readonly Stroke[]): boolean {
  return strokes.reduce((sum, stroke) => sum + lengthOf(stroke), 0) >= LEAST_LENGTH
}

export function drawStrokes(pen: Pen, strokes: readonly Stroke[], scale = 1): void {
  for (const stroke of strokes) drawStroke(pen, stroke, scale)
}

/** Curves through the midpoints: a finger reports corners that the hand did not make. */
export function drawStroke(pen: Pen, stroke: Stroke, scale: number): void {
  const [first, ...rest] = stroke
  if (!first) return
  pen.beginPath()
  pen.moveTo(first.x * scale, first.y * scale)
  if (rest.length === 0) pen.lineTo(first.x * scale + 0.1, first.y * scale)
  rest.forEach((point, i) => {
    const next = rest[i + 1] ?? point
    pen.quadraticCurveTo(point.x * scale, point.y * scale, ((point.x + next.x) / 2) * scale, ((point.y + next.y) / 2) * scale)
  })
  pen.stroke()
}

function lengthOf(stroke: Stroke): number {
  return stroke.reduce((sum, point, i) => {
    const before = stroke[i - 1]
    return before ? sum + Math.hypot(point.x - before.x, point.y - before.y) : sum
  }, 0)
}
