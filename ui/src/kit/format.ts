// Figures and times as this program writes them. Pure.

/** 0.369 → "36.9 %", with a narrow no-break space. */
export function percent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)}\u202f%`;
}

/** "34–40": the interval beside a rate, in whole percent unless both ends would read the same. */
export function percentRange(low: number, high: number): string {
  const digits = Math.round(low * 100) === Math.round(high * 100) ? 1 : 0;
  return `${(low * 100).toFixed(digits)}–${(high * 100).toFixed(digits)}\u202f%`;
}

/** A number with its sign, the minus a real one: "+5.7", "−2.4". */
export function signed(value: number, digits = 1): string {
  const text = Math.abs(value).toFixed(digits);
  return `${Number(text) === 0 ? "" : value < 0 ? "−" : "+"}${text}`;
}

/** 12345 → "12,345". Written here, as times are: an engine's own formatter is made anew for each call, which is felt where a page is full of them. */
export function count(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 case", "3 cases". */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** Seconds left as "1:22"; never below zero. */
export function countdown(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (n: number): string => String(n).padStart(2, "0");

/** "08:31", by this computer's clock. */
export const time = (at: Date): string => `${two(at.getHours())}:${two(at.getMinutes())}`;

/** "21 Nov 2026". */
export const date = (at: Date): string => `${at.getDate()} ${MONTHS[at.getMonth()] ?? ""} ${at.getFullYear()}`;

/** "08:31", or with the date when it is not today. */
export function clock(instant: string | number | Date, now: Date = new Date()): string {
  const at = new Date(instant);
  if (at.toDateString() === now.toDateString()) return time(at);
  return `${at.getFullYear() === now.getFullYear() ? date(at).slice(0, -5) : date(at)}, ${time(at)}`;
}

/** "8f0b…51de" of "sha256:8f0b…". */
export function shortHash(hash: string): string {
  const hex = hash.replace(/^sha256:/, "");
  return hex.length <= 10 ? hex : `${hex.slice(0, 4)}…${hex.slice(-4)}`;
}
