// The window itself: closing it, and how large everything in it is. Nothing else of it is touched from here.
import { isTauri } from "@tauri-apps/api/core";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import { getCurrentWindow } from "@tauri-apps/api/window";
import type { TextSize } from "./types.gen";

export async function closeWindow(): Promise<void> {
  if (isTauri()) await getCurrentWindow().close();
}

export async function showTextSize(size: TextSize): Promise<void> {
  if (isTauri()) await getCurrentWebview().setZoom(Number(size) / 100);
}
