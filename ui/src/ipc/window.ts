// The window itself: closing it. Nothing else of it is touched from here.
import { isTauri } from "@tauri-apps/api/core";
import { getCurrentWindow } from "@tauri-apps/api/window";

export async function closeWindow(): Promise<void> {
  if (isTauri()) await getCurrentWindow().close();
}
