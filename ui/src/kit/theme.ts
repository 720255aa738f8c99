// Light, dark, or as the system has it: one attribute on the root that tokens.css reads. Kept in this window's own storage,
// since it is needed before anything else can answer.

export type Theme = "system" | "light" | "dark";

const KEY = "tiebreak.theme";

export function readTheme(): Theme {
  try {
    const kept = window.localStorage.getItem(KEY);
    return kept === "light" || kept === "dark" ? kept : "system";
  } catch {
    return "system";
  }
}

export function showTheme(theme: Theme): void {
  if (theme === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", theme);
}

export function keepTheme(theme: Theme): void {
  showTheme(theme);
  try {
    if (theme === "system") window.localStorage.removeItem(KEY);
    else window.localStorage.setItem(KEY, theme);
  } catch {
    // Without storage the choice lasts as long as the window.
  }
}
