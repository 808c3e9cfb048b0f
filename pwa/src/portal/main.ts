/** The enterprise's page behind the QR code: an entry of its own, small, without account, storage or service worker. */
import { createApp } from "vue"
import "../ui/theme.css"
import "./portal.css"
import PortalApp from "./PortalApp.vue"

const token = decodeURIComponent(location.pathname.split("/")[2] ?? "")
createApp(PortalApp, { token }).mount("#portal")
