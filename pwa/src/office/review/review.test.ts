import { describe, expect, it } from "vitest"
import chinese from "../../locales/office/review.zh-CN.json"
import { isPicture, SUBMISSION_COLUMNS, SUBMISSION_STATES } from "./shape"
import { moved, stepped, styleOf, WHOLE, zoomed } from "./zoom"

describe("two pictures under one view", () => {
  it("come nearer around the middle, up to eight times", () => {
    expect(zoomed(WHOLE, 2)).toEqual({ scale: 2, x: 0, y: 0 })
    expect(zoomed(WHOLE, 100).scale).toBe(8)
  })

  it("keep the point under the mouse where it is", () => {
    // The point a quarter to the right of the middle was drawn at 0.25; twice as big it must still be drawn there.
    const near = zoomed(WHOLE, 2, { x: 0.25, y: -0.5 })
    expect(near).toEqual({ scale: 2, x: -0.25, y: 0.5 })
    expect(0.25 * near.scale + near.x).toBe(0.25)
  })

  it("are never pushed beyond their edge, and lie still when whole", () => {
    expect(moved({ scale: 3, x: 0, y: 0 }, 5, -5)).toEqual({ scale: 3, x: 1, y: -1 })
    expect(moved(WHOLE, 0.3, 0.3)).toEqual(WHOLE)
  })

  it("are whole again when one goes far enough away", () => expect(zoomed({ scale: 2, x: 0.5, y: -0.5 }, 0.1)).toEqual(WHOLE))
  it("are drawn by one style", () => expect(styleOf({ scale: 2, x: 0.25, y: 0 })).toEqual({ transform: "translate(25%, 0%) scale(2)" }))
  it("follow one another round and round", () => expect([stepped(0, -1, 3), stepped(2, 1, 3), stepped(0, 1, 0)]).toEqual([2, 0, 0]))
})

describe("the words of a review", () => {
  it("name every state and every column", () => {
    const [states, columns]: { readonly [name: string]: string }[] = [chinese.review.states, chinese.review.columns]
    expect(SUBMISSION_STATES.filter((state) => !states?.[state])).toEqual([])
    expect(SUBMISSION_COLUMNS.filter(({ name }) => !columns?.[name])).toEqual([])
  })
  it("tell pictures from files to be saved", () => expect(["image/heic", "application/pdf"].map((content_type) => isPicture({ content_type }))).toEqual([true, false]))
})
