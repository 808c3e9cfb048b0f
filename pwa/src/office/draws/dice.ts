/** A public value as dice, where it can be read as a throw: `3 5 2 6` or `352614`. */
const MOST = 24

export function diceOf(value: string): readonly number[] | null {
  const digits = value.normalize("NFKC").replace(/[\s,，、+\-·]/g, "")
  return /^[1-6]+$/.test(digits) && digits.length <= MOST ? [...digits].map(Number) : null
}

/** Where the pips of a face lie, in a field of three by three (column, row). */
export const PIPS: { readonly [face: number]: readonly (readonly [number, number])[] } = {
  1: [[1, 1]],
  2: [[0, 0], [2, 2]],
  3: [[0, 0], [1, 1], [2, 2]],
  4: [[0, 0], [2, 0], [0, 2], [2, 2]],
  5: [[0, 0], [2, 0], [1, 1], [0, 2], [2, 2]],
  6: [[0, 0], [2, 0], [0, 1], [2, 1], [0, 2], [2, 2]],
}
