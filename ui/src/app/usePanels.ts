// Whether the sidebar and the context stand open: as the person set it, and on a narrow window as the window allows.
import { useEffect, useState } from "react";
import { useChange } from "../ipc/queries";
import type { Settings } from "../ipc/types.gen";

/** Below these widths a panel is a rail until it is asked for. */
const CONTEXT_FROM = "(min-width: 1180px)";
const SIDEBAR_FROM = "(min-width: 960px)";

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const media = window.matchMedia(query);
    const hear = () => setMatches(media.matches);
    hear();
    media.addEventListener("change", hear);
    return () => media.removeEventListener("change", hear);
  }, [query]);
  return matches;
}

export function usePanels(settings: Settings | undefined) {
  const keep = useChange("set_settings");
  const roomForContext = useMedia(CONTEXT_FROM);
  const roomForSidebar = useMedia(SIDEBAR_FROM);
  // On a narrow window opening a panel is for now, and not how the person wants every window.
  const [now, setNow] = useState<{ context?: boolean; sidebar?: boolean }>({});
  useEffect(() => setNow({}), [roomForContext, roomForSidebar]);

  const contextOpen = now.context ?? (roomForContext && (settings?.context_open ?? true));
  const sidebarOpen = now.sidebar ?? (roomForSidebar && (settings?.sidebar_open ?? true));
  return {
    contextOpen,
    sidebarOpen,
    toggleContext: () => {
      setNow((before) => ({ ...before, context: !contextOpen }));
      if (roomForContext && settings !== undefined) keep.mutate({ ...settings, context_open: !contextOpen });
    },
    toggleSidebar: () => {
      setNow((before) => ({ ...before, sidebar: !sidebarOpen }));
      if (roomForSidebar && settings !== undefined) keep.mutate({ ...settings, sidebar_open: !sidebarOpen });
    },
  };
}
