/** What the engine tells: plain numbers and words, for the status strip and the page 同步状态. */

export type Connection =
  | "unknown" // not tried yet
  | "online"
  | "offline" // no network
  | "captive" // a network whose sign-in page answers instead of the server
  | "server_down"
  | "sign_in_needed" // everything is kept; sending goes on after signing in

export interface VisitSync {
  readonly scope: string
  /** Ops only on this phone, on the server, waiting for a person, refused. */
  readonly opsHere: number
  readonly opsOnServer: number
  readonly opsWaiting: number
  readonly opsFailed: number
  readonly photosHere: number
  readonly photosOnServer: number
  readonly bytesToGo: number
}

export interface PhotoSync {
  readonly sha256: string
  readonly scope: string
  readonly size: number
  readonly sent: number
  readonly state: "here" | "sending" | "server" | "failed"
  /** A code such as `blob_too_large`, `mismatch`, where state is `failed`. */
  readonly reason: string | null
}

/** Something that will not go away by waiting. The op or photo itself is kept. */
export interface Failure {
  readonly key: string
  readonly what: "op" | "photo" | "replica" | "divergence"
  readonly scope: string | null
  readonly code: string
  readonly at: string
}

export interface SyncStatus {
  readonly connection: Connection
  readonly isSending: boolean
  readonly lastContactAt: string | null
  /** When the engine tries again by itself. */
  readonly nextTryAt: string | null
  readonly visits: { readonly [scope: string]: VisitSync }
  readonly photos: readonly PhotoSync[]
  readonly failures: readonly Failure[]
  readonly opsHere: number
  readonly photosHere: number
  readonly bytesToGo: number
  readonly waiting: number
  readonly failed: number
}
