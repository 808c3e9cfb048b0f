/** Putting a quick phrase into a remark: at its end, as its own clause, and not twice. */
export function withPhrase(text: string, phrase: string): string {
  if (text.includes(phrase)) return text
  const before = text.trimEnd()
  if (before === "") return `${phrase}。`
  return `${/[。；！？.;!?\n]$/.test(before) ? before : `${before}；`}${phrase}。`
}
