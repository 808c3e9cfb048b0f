/** The libraries over HTTP: five alike, so one call serves all; the types of sites stand for those of the others. */
import { bodyOf, client, type Schemas } from "../../api/client"
import type { TableView } from "../tableQuery"
import type { Rows } from "../useTableData"
import { SHAPES, type Library, type Row } from "./libraries"

export type HistoryLine = Schemas["RosterHistoryLineOut"]
export type Import = Schemas["ImportOut"]
export type ImportRow = Schemas["ImportRowOut"]
export type RowProblem = Schemas["RowProblemOut"]

type Sites = "/api/registry/sites"
const at = <Suffix extends string>(library: Library, suffix: Suffix) => `/api/registry/${library}${suffix}` as `${Sites}${Suffix}`
const path = (id: string) => ({ params: { path: { row_id: id } } })

export async function listRows(library: Library, { page, size, sort, filters }: TableView, signal?: AbortSignal): Promise<Rows<Row>> {
  const query = { page, size, sort, ...filters } as object
  return bodyOf(client.GET(at(library, ""), { params: { query }, ...(signal ? { signal } : {}) })) as Promise<Rows<Row>>
}

export async function readRow(library: Library, id: string, signal?: AbortSignal): Promise<Row> {
  return bodyOf(client.GET(at(library, "/{row_id}"), { ...path(id), ...(signal ? { signal } : {}) })) as unknown as Promise<Row>
}

export async function addRow(library: Library, cells: Cells): Promise<Row> {
  return bodyOf(client.POST(at(library, ""), { body: membersOf(library, cells) })) as unknown as Promise<Row>
}

export async function changeRow(library: Library, row: Row, cells: Cells): Promise<Row> {
  return bodyOf(client.PATCH(at(library, "/{row_id}"), { ...path(row.id), body: { ...membersOf(library, cells), revision: row.revision } })) as unknown as Promise<Row>
}

export async function removeRow(library: Library, row: Row, reason: string): Promise<void> {
  await bodyOf(client.POST(at(library, "/{row_id}/remove"), { ...path(row.id), body: { reason, revision: row.revision } }))
}

export async function restoreRow(library: Library, row: Row, reason: string): Promise<void> {
  await bodyOf(client.POST(at(library, "/{row_id}/restore"), { ...path(row.id), body: { reason, revision: row.revision } }))
}

export async function historyOf(library: Library, id: string, signal?: AbortSignal): Promise<readonly HistoryLine[]> {
  return (await bodyOf(client.GET(at(library, "/{row_id}/history"), { ...path(id), ...(signal ? { signal } : {}) }))).items
}

type Cells = { readonly [name: string]: string }

/** What was typed, in the types of the wire; an empty cell takes the value away. */
export function membersOf(library: Library, cells: Cells): { [name: string]: string | number | boolean | null } {
  const forms = new Map(SHAPES[library].fields.map(({ name, form }) => [name, form]))
  return Object.fromEntries(Object.entries(cells).map(([name, text]) => [name, text === "" ? null : typed(forms.get(name), text)]))
}

function typed(form: string | undefined, text: string): string | number | boolean {
  if (form === "number") return Number(text)
  return form === "yes_no" ? text === "是" : text
}
