/** A table of the desk: its view in the address, and the rows that the server gives for it. */
import { computed } from "vue"
import { exportQuery, type TableShape, type TableView } from "./tableQuery"
import { useLoad } from "./useLoad"
import { useTable } from "./useTable"

export interface Rows<Row> {
  readonly items: readonly Row[]
  readonly total: number
}

export function useTableData<Row>(shape: TableShape, ask: (view: TableView, signal: AbortSignal) => Promise<Rows<Row>>) {
  const table = useTable(shape)
  const { data, problem, isLoading, load } = useLoad((signal) => ask(table.view.value, signal), [table.view])
  const isFiltered = computed(() => Object.keys(table.view.value.filters).length > 0 || table.view.value.page > 1)
  const exported = computed(() => exportQuery(table.view.value))
  return { ...table, data, problem, isLoading, load, isFiltered, exported }
}

export type TableData<Row> = ReturnType<typeof useTableData<Row>>
