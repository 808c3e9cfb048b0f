/**
 * The database of one account on this device. Additive only: a newer app adds tables and members, an
 * older one must still be able to open what a newer one wrote.
 *
 * `strict` durability: Chrome's default tells "complete" before the bytes are on the disk.
 */
import Dexie, { type EntityTable, type Table } from "dexie"
import type { BlobRow, FeedRow, LogRow, OwnOp, QuarantineRow, ScopeRow } from "../sync/ports"

/** `outcome` is text here because null cannot stand in an index. */
export type OpRow = Omit<OwnOp, "outcome"> & { readonly outcome: string }

export interface MetaRow {
  readonly k: string
  readonly v: unknown
}

export interface ChunkRow {
  readonly sha256: string
  readonly i: number
  /** Never a Blob or File: WebKit loses those. */
  readonly bytes: ArrayBuffer
}

export interface DerivRow {
  readonly sha256: string
  readonly size: "thumb" | "view"
  readonly mime: string
  readonly bytes: ArrayBuffer
}

export class PhoneDb extends Dexie {
  declare meta: EntityTable<MetaRow, "k">
  declare scopes: EntityTable<ScopeRow, "scope">
  declare feed: Table<FeedRow, [string, number]>
  declare oldFeed: Table<FeedRow & { id?: number; keptAt: string }, number>
  declare ops: EntityTable<OpRow, "opId">
  declare blobs: EntityTable<BlobRow, "sha256">
  declare chunks: Table<ChunkRow, [string, number]>
  declare derivs: Table<DerivRow, [string, string]>
  declare drafts: EntityTable<{ key: string; text: string; at: string }, "key">
  declare quarantine: EntityTable<QuarantineRow, "hash">
  declare editions: EntityTable<{ hash: string; raw: string }, "hash">
  declare log: Table<LogRow & { id?: number }, number>

  constructor(name: string) {
    super(name, { chromeTransactionDurability: "strict" })
    this.version(1).stores({
      meta: "k",
      scopes: "scope",
      feed: "[scope+pos]",
      oldFeed: "++id, scope",
      ops: "opId, [replica+seq], [replica+state+seq], scope, [scope+state+outcome]",
      blobs: "sha256, state",
      chunks: "[sha256+i]",
      derivs: "[sha256+size]",
      drafts: "key",
      quarantine: "hash",
      editions: "hash",
      log: "++id",
    })
  }
}

export function phoneDbName(accountId: string): string {
  return `suicha_${accountId}`
}
