/** Doing something durable, and saying in words what happened where it did not work. */
import { showDialog, showToast } from "vant"
import "vant/es/dialog/style"
import "vant/es/toast/style"
import { ref } from "vue"
import { useI18n } from "vue-i18n"
import { PhoneError } from "../sync/phone"

export function useAct() {
  const { t } = useI18n()
  const isBusy = ref(false)

  /** True when it is on disk. */
  async function act(work: () => Promise<unknown>): Promise<boolean> {
    isBusy.value = true
    try {
      await work()
      return true
    } catch (error) {
      isBusy.value = false // what failed is over, even while somebody still reads why
      await showFailure(error)
      return false
    } finally {
      isBusy.value = false
    }
  }

  async function showFailure(error: unknown): Promise<void> {
    const code = error instanceof PhoneError ? error.code : "unexpected"
    if (code === "unexpected") console.error(error)
    await showDialog({ title: t("errors.title"), message: `${t(`errors.${code}`)}\n${t("errors.code", { code })}`, confirmButtonText: t("common.gotIt") })
  }

  function tell(message: string): void {
    showToast({ message, position: "bottom", wordBreak: "break-all" })
  }

  return { isBusy, act, tell, showFailure }
}
