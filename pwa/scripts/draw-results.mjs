/**
 * node pwa/scripts/draw-results.mjs < instances.jsonl > results.jsonl
 *
 * Draws as the browser does, so that tests can lay its results beside those of other programs. A line in: {"pool": …, "seed": …}.
 * A line out: the result in canonical form, or {"infeasible":true}.
 */
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { runnerImport } from "vite"

const root = fileURLToPath(new URL("..", import.meta.url))

async function load(path) {
  const { module } = await runnerImport(`${root}src/${path}`, { root, configFile: false, logLevel: "error" })
  return module
}

const { runPool } = await load("draw/run.ts")
const { canonicalJson } = await load("kit/canonicalJson.ts")

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === "") continue
  const { pool, seed } = JSON.parse(line)
  const result = runPool(pool, seed)
  if (!process.stdout.write(`${canonicalJson(result ?? { infeasible: true })}\n`)) await once(process.stdout, "drain")
}
