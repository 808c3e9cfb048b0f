import { MemoryStore } from "./testing/memoryStore"
import { outboxSuite } from "./testing/outboxSuite"

outboxSuite("memory", async (newId) => new MemoryStore(newId))
