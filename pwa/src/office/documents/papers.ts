/** 文书: what was made about a visit, newest form first, with what was signed and scanned. */
import { bodyOf, client, type Schemas } from "../../api/client"
import { uploadFile } from "../../api/upload"

export type Paper = Schemas["PaperOut"]
export type Scan = Schemas["ScanOut"]

export const readPapersOfVisit = (visit: string, signal: AbortSignal) => bodyOf(client.GET("/api/documents/of-visit/{visit_id}", { params: { path: { visit_id: visit } }, signal }))
export const readPapersAbout = (about: string, signal: AbortSignal) => bodyOf(client.GET("/api/documents", { params: { query: { about } }, signal }))
export const makeSiteRecord = (visit: string) => bodyOf(client.POST("/api/inspections/{inspection_id}/site-record", { params: { path: { inspection_id: visit } } }))
export const makeSummary = (campaign: string) => bodyOf(client.POST("/api/campaigns/{campaign_id}/summary", { params: { path: { campaign_id: campaign } } }))
export const paperFile = (id: string) => `/api/documents/${id}`
export const scanFile = (paper: string, scan: string) => `/api/documents/${paper}/scans/${scan}`
export const checkPage = (code: string) => `/public/documents/${code}`
export const addScan = (paper: string, file: File, tell: (share: number) => void) => uploadFile<Scan>(`/api/documents/${paper}/scans`, file, tell)

export interface Numbered {
  readonly newest: Paper
  readonly older: readonly Paper[]
}

/** One entry for each number, in the order in which the numbers were taken. */
export function byNumber(papers: readonly Paper[]): Numbered[] {
  const found = new Map<string, Paper[]>()
  for (const paper of papers) found.set(paper.number, [...(found.get(paper.number) ?? []), paper])
  return [...found.values()].flatMap((own) => {
    const [newest, ...older] = [...own].sort((a, b) => b.revision - a.revision)
    return newest ? [{ newest, older }] : []
  })
}
