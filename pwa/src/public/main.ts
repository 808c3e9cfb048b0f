/** The public pages: an entry of their own, without sign-in, without the field app and its storage. */
import { createApp } from "vue"
import "../ui/theme.css"
import "./public.css"
import PublicApp from "./PublicApp.vue"
import { pageOf } from "./pages"

createApp(PublicApp, { page: pageOf(location.pathname) }).mount("#public")
