/** A table's view as its address: what is not said is the default, so that a link reproduces the view and stays short. */

export type Query = { readonly [name: string]: unknown }

export interface TableView {
  readonly page: number
  readonly size: number
  readonly sort: string
  readonly filters: { readonly [name: string]: string }
}

export interface TableShape {
  readonly filters: readonly string[]
  readonly sorts: readonly string[]
  readonly sort: string
  readonly size: number
}

export const PAGE_SIZES: readonly number[] = [20, 50, 100, 200]

/** Reads an address; whatever makes no sense counts as not said. */
export function viewOf(query: Query, shape: TableShape): TableView {
  const sort = text(query.sort)
  const size = Number(text(query.size))
  const filters = shape.filters.map((name) => [name, text(query[name]).trim()] as const).filter(([, value]) => value !== "")
  return {
    page: wholeNumber(text(query.page), 10_000) ?? 1,
    size: PAGE_SIZES.includes(size) ? size : shape.size,
    sort: shape.sorts.includes(sort.replace(/^-/, "")) ? sort : shape.sort,
    filters: Object.fromEntries(filters),
  }
}

export function queryOf(view: TableView, shape: TableShape): { [name: string]: string } {
  const said: { [name: string]: string } = {}
  for (const name of shape.filters) if (view.filters[name]) said[name] = view.filters[name]
  if (view.sort !== shape.sort) said.sort = view.sort
  if (view.size !== shape.size) said.size = String(view.size)
  if (view.page > 1) said.page = String(view.page)
  return said
}

/** What the file is asked that goes with the table: the same rows in the same order, all pages. */
export function exportQuery(view: TableView): { [name: string]: string } {
  return { ...view.filters, sort: view.sort }
}

/** A new filter, order or page length begins at the first page. */
export function filtered(view: TableView, name: string, value: string): TableView {
  return { ...view, page: 1, filters: { ...view.filters, [name]: value } }
}

/** The same column turns round, another one begins ascending. */
export function sortedBy(view: TableView, column: string): TableView {
  return { ...view, page: 1, sort: view.sort === column ? `-${column}` : column }
}

export function directionOf(sort: string, column: string): "ascending" | "descending" | "none" {
  if (sort === column) return "ascending"
  return sort === `-${column}` ? "descending" : "none"
}

export function pagesIn(total: number, size: number): number {
  return Math.max(1, Math.ceil(total / size))
}

function text(value: unknown): string {
  const one: unknown = Array.isArray(value) ? value[0] : value
  return typeof one === "string" ? one : ""
}

function wholeNumber(digits: string, atMost: number): number | null {
  return /^[1-9]\d*$/.test(digits) && Number(digits) <= atMost ? Number(digits) : null
}
