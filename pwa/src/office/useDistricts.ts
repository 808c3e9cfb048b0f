/** The board, which also names the districts: one request serves the filters of all tables for a while. */
import { shallowRef } from "vue"
import { bodyOf, client, type Schemas } from "../api/client"

const districts = shallowRef<readonly { code: string; name: string }[]>([])

export function useDistricts() {
  if (districts.value.length === 0) void readBoard().catch(() => undefined)
  const nameOf = (code: string) => districts.value.find((district) => district.code === code)?.name ?? code
  return { districts, nameOf }
}

export async function readBoard(signal?: AbortSignal): Promise<Schemas["BoardOut"]> {
  const board = await bodyOf(client.GET("/api/board", signal ? { signal } : {}))
  districts.value = board.districts.map(({ jurisdiction, name }) => ({ code: jurisdiction, name }))
  return board
}
