/** The receipt as a picture that can be kept: drawn here, so that nothing else is needed to show it. */
import type { Receipt } from "./api"
import { momentWords, sizeWords } from "./words"

const WIDTH = 720
const MARGIN = 40

/** The lines of a receipt: what, of whom, when, how much. */
export function linesOf(receipt: Receipt): readonly (readonly [string, string])[] {
  const bytes = receipt.files.reduce((sum, file) => sum + file.size_bytes, 0)
  return [
    ["回执号", receipt.receipt_no],
    ["提交时间", momentWords(receipt.submitted_at)],
    ["企业", receipt.enterprise],
    ["项目", receipt.site],
    ["问题", `${receipt.problem_code} ${receipt.problem_title}`],
    ["文件", receipt.files.length ? `${receipt.files.length} 个，共 ${sizeWords(bytes)}` : "无"],
    ["说明", receipt.text || "无"],
  ]
}

/** A text in lines that are not wider than `most`; Chinese breaks anywhere. */
export function wrapped(text: string, most: number, width: (text: string) => number): readonly string[] {
  const lines: string[] = []
  let line = ""
  for (const sign of text) {
    if (sign === "\n" || width(line + sign) > most) {
      lines.push(line)
      line = sign === "\n" ? "" : sign
    } else line += sign
  }
  return [...lines, line]
}

/** The picture as a data address; null where the browser cannot draw. */
export function pictureOf(receipt: Receipt): string | null {
  const canvas = document.createElement("canvas")
  const pen = canvas.getContext("2d")
  if (!pen) return null
  const font = '26px -apple-system, "PingFang SC", "Noto Sans SC", "Noto Sans CJK SC", sans-serif'
  pen.font = font
  const most = WIDTH - 2 * MARGIN - 130
  const rows = linesOf(receipt).map(([label, text]) => ({ label, lines: wrapped(text, most, (part) => pen.measureText(part).width) }))
  canvas.width = WIDTH
  canvas.height = 150 + rows.reduce((sum, { lines }) => sum + lines.length * 40 + 14, 0)
  pen.fillStyle = "#fff"
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.fillStyle = "#1f4fb8"
  pen.fillRect(0, 0, canvas.width, 10)
  pen.font = `bold 36px ${font.slice(5)}`
  pen.fillText("整改证明提交回执", MARGIN, 80)
  pen.font = font
  let y = 140
  for (const { label, lines } of rows) {
    pen.fillStyle = "#566072"
    pen.fillText(label, MARGIN, y)
    pen.fillStyle = "#1a2029"
    for (const line of lines) {
      pen.fillText(line, MARGIN + 130, y)
      y += 40
    }
    y += 14
  }
  return canvas.toDataURL("image/png")
}
