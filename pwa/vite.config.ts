/// <reference types="vitest/config" />
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import VueI18n from "@intlify/unplugin-vue-i18n/vite"
import { VantResolver } from "@vant/auto-import-resolver"
import vue from "@vitejs/plugin-vue"
import Components from "unplugin-vue-components/vite"
import { VitePWA } from "vite-plugin-pwa"
import { defineConfig, type Plugin } from "vite"

const locales = fileURLToPath(new URL("./src/locales/**", import.meta.url))

const { version } = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8")) as { version: string }

/** Vant's icons name a font on a public server as second source. A phone asks nobody but its own server. */
function ownFontsOnly(): Plugin {
  return {
    name: "own-fonts-only",
    enforce: "pre",
    transform(code, id) {
      if (!id.includes("vant/es/icon/index.css")) return null
      return { code: code.replace(/,\s*url\([^)]*alicdn[^)]*\)\s*format\([^)]*\)/g, ""), map: null }
    },
  }
}

/** The public pages are for people who do not have the app: no part of what a phone in the field stores. */
const publicPages = ["public.html", "**/public-*", "**/recompute.worker-*", "portal.html", "**/portal-*"]

/** As the server does it: every address below /public is the public entry. It is a page to read, not an app to install. */
function publicEntry(): Plugin {
  return {
    name: "public-entry",
    enforce: "post",
    transformIndexHtml: {
      order: "post",
      handler: (html, { filename }) => (/(public|portal)\.html$/.test(filename) ? html.replace(/<link rel="manifest"[^>]*>/, "") : html),
    },
    configureServer: ({ middlewares }) =>
      void middlewares.use((request, _response, next) => {
        if (/^\/public(\/.*)?$/.test(request.url ?? "")) request.url = "/public.html"
        if (/^\/p\//.test(request.url ?? "")) request.url = "/portal.html"
        next()
      }),
  }
}

/** Where the Python server listens while `npm run dev` serves the pages. */
const api = process.env.SUICHA_API ?? "http://127.0.0.1:8000"

export default defineConfig({
  define: { __APP_VERSION__: JSON.stringify(version) },
  plugins: [
    vue(),
    ownFontsOnly(),
    // Vant only: our own components are imported by name, so that a file shows what it uses.
    Components({ resolvers: [VantResolver()], dirs: [], dts: "src/ui/vant-components.d.ts" }),
    // Messages are compiled at build time: the phone does not carry the message compiler.
    VueI18n({ include: [locales], runtimeOnly: true, compositionOnly: true, fullInstall: false }),
    VitePWA({
      strategies: "injectManifest",
      srcDir: "src",
      filename: "sw.ts",
      // The app decides when a new version takes over; see src/shell/appUpdate.ts.
      registerType: "prompt",
      injectRegister: false,
      injectManifest: { globPatterns: ["**/*.{js,css,html,svg,png,woff2,webmanifest}"], globIgnores: ["**/office-*", ...publicPages] },
      manifest: {
        id: "/",
        name: "随查 · 双随机检查",
        short_name: "随查",
        description: "双随机、一公开现场检查：离线填写，联网自动汇总",
        lang: "zh-CN",
        dir: "ltr",
        start_url: "/",
        scope: "/",
        display: "standalone",
        theme_color: "#1f4fb8",
        background_color: "#f5f6f8",
        icons: [
          { src: "/icons/icon-192.png", sizes: "192x192", type: "image/png", purpose: "any" },
          { src: "/icons/icon-512.png", sizes: "512x512", type: "image/png", purpose: "any" },
          { src: "/icons/icon-maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
        ],
      },
    }),
    publicEntry(),
  ],
  worker: { format: "es" },
  // What a phone of five years ago, and the browser inside of WeChat, still understand.
  build: { target: ["es2020", "chrome80", "safari14"], outDir: "dist", sourcemap: false, rolldownOptions: { input: { index: "index.html", public: "public.html", portal: "portal.html" } } },
  server: { proxy: { "/api": api } },
  preview: { proxy: { "/api": api } },
  test: {
    environment: "node",
    include: ["src/**/*.test.ts"],
    testTimeout: 30_000,
    // Two cores are shared with everything else; more workers only wait for each other.
    maxWorkers: 2,
  },
})
