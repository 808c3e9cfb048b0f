/** Photos and signature images on this phone: original bytes in chunks of 1 MiB, drawn copies beside them. */
import type { Table } from "dexie"
import { isWanted, type BlobRow, type NewBlobRow, type Uploads } from "../sync/ports"
import { durable } from "./durable"
import type { DerivRow, PhoneDb } from "./phoneDb"

export const CHUNK_BYTES = 1024 * 1024

export class BlobStore implements Uploads {
  constructor(protected readonly db: PhoneDb) {}

  /** Original and copies in one strict transaction; the same bytes again change nothing. */
  putBlob(blob: NewBlobRow, bytes: Uint8Array, derivs: readonly DerivRow[]): Promise<void> {
    const { db } = this
    const chunks = chunksOf(blob.sha256, bytes)
    return this.write([db.blobs, db.chunks, db.derivs], async () => {
      if (!(await db.blobs.get(blob.sha256))) {
        await db.chunks.bulkPut(chunks)
        await db.blobs.add({ ...blob, state: "here", sent: 0, reason: null, isAttached: false })
      }
      await db.derivs.bulkPut([...derivs])
    })
  }

  pending(): Promise<readonly BlobRow[]> {
    return durable(this.db, () => this.db.blobs.where("state").anyOf("here", "sending").filter(isWanted).toArray())
  }

  blobs(): Promise<readonly BlobRow[]> {
    return durable(this.db, () => this.db.blobs.toArray())
  }

  blob(sha256: string): Promise<BlobRow | null> {
    return durable(this.db, async () => (await this.db.blobs.get(sha256)) ?? null)
  }

  deriv(sha256: string, size: DerivRow["size"]): Promise<DerivRow | null> {
    return durable(this.db, async () => (await this.db.derivs.get([sha256, size])) ?? null)
  }

  hasDeriv(sha256: string, size: DerivRow["size"]): Promise<boolean> {
    return durable(this.db, async () => (await this.db.derivs.where("[sha256+size]").equals([sha256, size]).count()) > 0)
  }

  putDeriv(row: DerivRow): Promise<void> {
    return this.write([this.db.derivs], async () => void (await this.db.derivs.put(row)))
  }

  read(sha256: string, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    return durable(this.db, async () => {
      const first = Math.floor(offset / CHUNK_BYTES)
      const last = Math.floor((offset + Math.max(length, 1) - 1) / CHUNK_BYTES)
      const rows = await this.db.chunks.where("[sha256+i]").between([sha256, first], [sha256, last], true, true).toArray()
      if (rows.length !== last - first + 1) return new Uint8Array(0)
      return joined(rows.map((row) => row.bytes)).slice(offset - first * CHUNK_BYTES, offset - first * CHUNK_BYTES + length)
    })
  }

  update(sha256: string, change: Partial<Pick<BlobRow, "state" | "sent" | "reason">>): Promise<void> {
    return this.write([this.db.blobs], async () => void (await this.db.blobs.update(sha256, change)))
  }

  /** The person lets go of a photo that no op names. The bytes stay for now; they are not offered any more. */
  dismiss(sha256: string): Promise<void> {
    return this.write([this.db.blobs], async () => void (await this.db.blobs.update(sha256, { facts: null })))
  }

  offerAllAgain(): Promise<void> {
    const { blobs } = this.db
    return this.write([blobs], async () => void (await blobs.toCollection().modify({ state: "here", sent: 0, reason: null })))
  }

  protected write<T>(tables: Table[] | readonly unknown[], work: () => Promise<T>): Promise<T> {
    return durable(this.db, () => this.db.transaction("rw", tables as Table[], work))
  }
}

function chunksOf(sha256: string, bytes: Uint8Array) {
  const count = Math.ceil(bytes.length / CHUNK_BYTES)
  return Array.from({ length: count }, (_, i) => ({ sha256, i, bytes: copy(bytes.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES)) }))
}

function copy(part: Uint8Array): ArrayBuffer {
  const buffer = new ArrayBuffer(part.length)
  new Uint8Array(buffer).set(part)
  return buffer
}

function joined(buffers: readonly ArrayBuffer[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0))
  let at = 0
  for (const buffer of buffers) {
    all.set(new Uint8Array(buffer), at)
    at += buffer.byteLength
  }
  return all
}
