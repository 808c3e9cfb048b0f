/** Binds a table to the address bar. */
import { computed } from "vue"
import { useRoute, useRouter } from "vue-router"
import { filtered, queryOf, sortedBy, viewOf, type TableShape, type TableView } from "./tableQuery"

export function useTable(shape: TableShape) {
  const route = useRoute()
  const router = useRouter()
  const home = route.name
  let last = viewOf(route.query, shape)
  // While another page is being opened the address is no longer this table's.
  const view = computed(() => (route.name === home ? (last = viewOf(route.query, shape)) : last))
  const show = (next: TableView) => void router.push({ query: queryOf(next, shape) })

  return {
    view,
    filterBy: (name: string, value: string) => show(filtered(view.value, name, value)),
    clear: () => show({ ...view.value, page: 1, filters: {} }),
    sortBy: (column: string) => show(sortedBy(view.value, column)),
    turnTo: (page: number) => show({ ...view.value, page }),
    showRows: (size: number) => show({ ...view.value, size, page: 1 }),
  }
}
