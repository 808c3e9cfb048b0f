import { createRouter, createWebHistory } from "vue-router"
import StartView from "./shell/StartView.vue"

export const router = createRouter({
  history: createWebHistory(),
  routes: [{ path: "/", name: "start", component: StartView }],
})
