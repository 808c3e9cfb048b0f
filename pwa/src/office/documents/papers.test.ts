import { expect, it } from "vitest"
import { byNumber, type Paper } from "./papers"

const paper = (number: string, revision: number) => ({ id: `${number}-${revision}`, number, revision }) as Paper

it("shows one entry for each number, its newest form first", () => {
  const shown = byNumber([paper("检通1", 1), paper("检录1", 1), paper("检录1", 2), paper("责改1", 1), paper("检录1", 3)])
  expect(shown.map(({ newest, older }) => [newest.id, older.map(({ id }) => id)])).toEqual([
    ["检通1-1", []],
    ["检录1-3", ["检录1-2", "检录1-1"]],
    ["责改1-1", []],
  ])
})
