// How large the text is: as the person set it, a step larger or smaller by key.
import { useEffect } from "react";
import { useChange } from "../ipc/queries";
import type { Settings, TextSize } from "../ipc/types.gen";
import { showTextSize } from "../ipc/window";
import type { KeyAction } from "../keys/dispatch";

const SIZES: readonly TextSize[] = ["100", "125", "150", "200"];

export function useTextSize(settings: Settings | undefined): { larger_text: KeyAction; smaller_text: KeyAction } {
  const { mutate: keep } = useChange("set_settings");
  const size = settings?.text_size;
  useEffect(() => {
    // A web view that can't do it stays as it is: there is nothing to say that would help.
    if (size !== undefined) void showTextSize(size).catch(() => {});
  }, [size]);
  const step = (by: 1 | -1, end: string): KeyAction => {
    const next = size === undefined ? undefined : SIZES[SIZES.indexOf(size) + by];
    return { run: () => next !== undefined && settings !== undefined && keep({ ...settings, text_size: next }), unavailable: next === undefined ? end : undefined };
  };
  return { larger_text: step(1, "The text is as large as it gets"), smaller_text: step(-1, "The text is at its usual size") };
}
