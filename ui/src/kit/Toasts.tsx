// Short words that come and go, at the foot of the sidebar: why a key does nothing, what just happened. Errors that need an
// answer are notes or dialogs, not toasts.
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { HiddenText } from "./HiddenText";
import css from "./Toasts.module.css";

const SHOWN_MS = 4000;

const ToastContext = createContext<(words: string) => void>(() => {});

export function useToast(): (words: string) => void {
  return useContext(ToastContext);
}

/** One at a time: the newest replaces the one before. */
export function Toasts({ children }: { children: ReactNode }) {
  const [words, setWords] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const say = useCallback((next: string) => {
    if (timer.current !== null) clearTimeout(timer.current);
    setWords(next);
    timer.current = setTimeout(() => setWords(null), SHOWN_MS);
  }, []);
  useEffect(() => () => {
    if (timer.current !== null) clearTimeout(timer.current);
  }, []);
  const shown = useMemo(() => <Toast words={words} />, [words]);
  return <ToastContext value={say}>{children}{shown}</ToastContext>;
}

export function Toast({ words }: { words: string | null }) {
  return <div className={css.region} role="status">{words !== null && <span className={css.toast}><HiddenText text={words} /></span>}</div>;
}
