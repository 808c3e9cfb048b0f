/** One view over two pictures: how near, and which part. Positions are shares of the frame, so both sides move alike. */

export interface View {
  readonly scale: number
  /** How far the picture was pushed, in widths and heights of the frame. */
  readonly x: number
  readonly y: number
}

export const WHOLE: View = { scale: 1, x: 0, y: 0 }
const NEAREST = 8

const within = (value: number, most: number) => Math.min(most, Math.max(-most, value)) + 0

/** The view nearer or further by a factor; the point of the frame (shares from its middle) stays where it is. */
export function zoomed(view: View, factor: number, at: { readonly x: number; readonly y: number } = { x: 0, y: 0 }): View {
  const scale = Math.min(NEAREST, Math.max(1, view.scale * factor))
  const grown = scale / view.scale
  return moved({ scale, x: at.x - (at.x - view.x) * grown, y: at.y - (at.y - view.y) * grown }, 0, 0)
}

/** The view pushed by shares of the frame, never beyond the picture's edge. */
export function moved(view: View, x: number, y: number): View {
  const most = (view.scale - 1) / 2
  return { scale: view.scale, x: within(view.x + x, most), y: within(view.y + y, most) }
}

export const styleOf = (view: View) => ({ transform: `translate(${view.x * 100}%, ${view.y * 100}%) scale(${view.scale})` })

/** The next of `count`, round and round; 0 where there is none. */
export const stepped = (at: number, by: number, count: number) => (count === 0 ? 0 : (at + by + count) % count)
