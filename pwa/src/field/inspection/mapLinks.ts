/** Links that open the phone's own map app. Site positions are WGS 84; the map app is told so. */

export interface MapLinks {
  readonly system: string
  readonly amap: string
}

export function mapLinks(position: { readonly lat: string; readonly lon: string }, name: string, isIos: boolean): MapLinks {
  const { lat, lon } = position
  const label = encodeURIComponent(name)
  return {
    system: isIos ? `https://maps.apple.com/?ll=${lat},${lon}&q=${label}` : `geo:${lat},${lon}?q=${lat},${lon}(${label})`,
    amap: `https://uri.amap.com/marker?position=${lon},${lat}&name=${label}&coordinate=wgs84&callnative=1`,
  }
}
