import { createApp } from "vue"
import App from "./App.vue"
import { router } from "./router"
import { registerServiceWorker } from "./shell/appUpdate"
import { i18n } from "./shell/i18n"

createApp(App).use(i18n).use(router).mount("#app")
registerServiceWorker()
