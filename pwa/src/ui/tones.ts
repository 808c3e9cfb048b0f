/** What a chip or a line is about, by colour; a word or an icon always goes with it. */
export type Tone = "here" | "done" | "waiting" | "danger" | "plain" | "accent"
