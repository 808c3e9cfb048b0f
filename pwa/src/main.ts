import { createApp } from "vue"
import "./ui/theme.css"
import App from "./App.vue"
import { applyPreferences } from "./shell/usePreferences"
import { startSession } from "./field/useSession"
import { router } from "./router"
import { registerServiceWorker } from "./shell/appUpdate"
import { i18n } from "./shell/i18n"
import { theDevice } from "./shell/services"

// `vite --mode fake` shows every screen without a server. A build for people drops that branch.
if (import.meta.env.MODE === "fake") {
  const { fakeDevice } = await import("./field/testing/fakePhone")
  startSession(fakeDevice())
} else {
  startSession(theDevice())
}

applyPreferences()
createApp(App).use(i18n).use(router).mount("#app")
registerServiceWorker()
