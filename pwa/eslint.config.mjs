import js from "@eslint/js"
import vue from "eslint-plugin-vue"
import tseslint from "typescript-eslint"

export default tseslint.config(
  { ignores: ["dist", "dev-dist", "node_modules", "src/api/*.gen.ts", "src/ui/vant-components.d.ts", ".dependency-cruiser.cjs"] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  ...vue.configs["flat/essential"],
  {
    languageOptions: { parserOptions: { parser: tseslint.parser, extraFileExtensions: [".vue"] } },
    rules: {
      "no-undef": "off", // the compiler knows better
      "vue/multi-word-component-names": "off", // App.vue
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      eqeqeq: "error",
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "take the time from kit/clock.ts" },
        { object: "Math", property: "random", message: "take the dice as an argument, or use kit/ids.ts" },
      ],
    },
  },
  {
    // A promise that nobody waits for is an answer that nobody saved.
    files: ["src/**/*.ts"],
    ignores: ["src/**/*.test.ts", "src/**/testing/**", "src/sw.ts", "src/**/*.worker.ts"],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: { "@typescript-eslint/no-floating-promises": "error" },
  },
  { files: ["src/**/*.test.ts", "src/**/testing/**"], rules: { "@typescript-eslint/no-non-null-assertion": "off" } },
  { files: ["src/kit/clock.ts", "scripts/**"], rules: { "no-restricted-properties": "off" } },
)
