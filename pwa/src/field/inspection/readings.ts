/** A measured value is kept exactly as typed, if it is a decimal at all: `0.30` is not `0.3` to a metrologist. */
export function asDecimal(typed: string): string | null {
  const value = typed.trim().replace(/[０-９．－]/g, halfWidth).replace(",", ".")
  return /^-?\d{1,12}(\.\d{1,6})?$/.test(value) ? value : null
}

/** Chinese keyboards type full-width digits. */
function halfWidth(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) - 0xfee0)
}
