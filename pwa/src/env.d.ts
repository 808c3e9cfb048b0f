declare module "*.vue" {
  import type { DefineComponent } from "vue"
  const component: DefineComponent<object, object, unknown>
  export default component
}

/** From package.json, at build time. */
declare const __APP_VERSION__: string
