import { expect, it } from "vitest"
import { addressOf, pageOf } from "./pages"

it.each([
  ["/public", { name: "home" }],
  ["/public/", { name: "home" }],
  ["/public/results", { name: "results" }],
  ["/public/results/", { name: "results" }],
  ["/public/results/01a2", { name: "result", id: "01a2" }],
  ["/public/results/01a2/more", { name: "unknown" }],
  ["/public/draws", { name: "draws" }],
  ["/public/draws/", { name: "draws" }],
  ["/public/draws/01a2", { name: "draw", id: "01a2" }],
  ["/public/draws/01a2/", { name: "draw", id: "01a2" }],
  ["/public/draws/01a2/more", { name: "unknown" }],
  ["/public/documents", { name: "papers", code: null }],
  ["/public/documents/0123-4567", { name: "papers", code: "0123-4567" }],
  ["/public/documents/%E0%A4%A", { name: "papers", code: "%E0%A4%A" }],
  ["/public/documents/0123/more", { name: "unknown" }],
  ["/public/credit", { name: "credit" }],
  ["/public/credit/more", { name: "unknown" }],
  ["/public/else", { name: "unknown" }],
])("%s", (path, page) => expect(pageOf(path)).toEqual(page))

it("leads back to the draw", () => expect(pageOf(addressOf("01a2"))).toEqual({ name: "draw", id: "01a2" }))
