/** A QR code as SVG. The encoder is fetched (and precached) only for the page that shows one. */
export async function qrSvg(text: string): Promise<string> {
  const { renderSVG } = await import("uqr")
  return renderSVG(text, { ecc: "M", border: 2 })
}
