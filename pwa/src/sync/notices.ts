/** 消息 from the office: what stands in a person's own feed as `notice.posted`, so that it is there without a network. */
import { readEntry } from "./fold"
import type { FeedRow } from "./ports"

export interface PostedNotice {
  readonly id: string
  readonly kind: string
  /** What it is about, such as `inspection:<id>`. */
  readonly about: string
  readonly title: string
  readonly text: string
  readonly at: string
}

/** The newest first. Entries of other types, and notices without words, are skipped. */
export function postedNotices(rows: readonly FeedRow[]): readonly PostedNotice[] {
  return rows
    .map(({ raw }) => readEntry(raw))
    .filter(({ type }) => type === "notice.posted")
    .map(({ body, at }) => ({ id: text(body.notice), kind: text(body.kind), about: text(body.about), title: text(body.title), text: text(body.text), at: text(body.at) || at }))
    .filter(({ id, title }) => id !== "" && title !== "")
    .reverse()
}

function text(value: unknown): string {
  return typeof value === "string" ? value : ""
}

/** The visit that a notice is about, if it is about one. */
export function visitOf({ about }: PostedNotice): string | null {
  const [what, id] = about.split(":")
  return (what === "inspection" || what === "insp") && id ? id : null
}
