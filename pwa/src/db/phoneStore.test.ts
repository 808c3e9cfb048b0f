import "fake-indexeddb/auto"
import { outboxSuite } from "../sync/testing/outboxSuite"
import { testClock } from "../sync/testing/rig"
import { PhoneDb } from "./phoneDb"
import { PhoneStore } from "./phoneStore"

let count = 0

outboxSuite("dexie", async (newId) => new PhoneStore(new PhoneDb(`test-${++count}`), testClock(), newId))
