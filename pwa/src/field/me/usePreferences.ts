/** Theme, language and text size: shared with the desk pages, so they live in the shell. */
export * from "../../shell/usePreferences"
