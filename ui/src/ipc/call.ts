// The one door to the desk: a name, arguments, a result or an error with a code. It retries nothing and keeps nothing.
import { invoke, isTauri } from "@tauri-apps/api/core";
import type { First, IpcCalls, WireError } from "./types.gen";

declare global {
  interface Window {
    /** The first question's answer, asked for by the program before this page was read. */
    tiebreakFirst?: Promise<First>;
  }
}

export type CallName = keyof IpcCalls;
export type Args<K extends CallName> = IpcCalls[K]["args"];
export type Result<K extends CallName> = IpcCalls[K]["result"];

/** What a call fails with. `message` is for people and is shown once; only `code` is acted on. */
export class CallError extends Error {
  readonly code: string;
  readonly pointer: string | undefined;

  constructor({ code, message, pointer }: WireError) {
    super(message);
    this.name = "CallError";
    this.code = code;
    this.pointer = pointer ?? undefined;
  }
}

export function asCallError(thrown: unknown): CallError {
  if (thrown instanceof CallError) return thrown;
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown) {
    const { code, message, pointer } = thrown as WireError;
    return new CallError({ code: String(code), message: String(message), pointer: pointer ?? null });
  }
  return new CallError({ code: "window_broken", message: thrown instanceof Error ? thrown.message : String(thrown) });
}

export async function call<K extends CallName>(name: K, args: Args<K>): Promise<Result<K>> {
  if (!isTauri()) throw new CallError({ code: "no_desk", message: "This page belongs in the Tiebreak window." });
  try {
    return await invoke<Result<K>>("ipc", { call: { call: name, args } });
  } catch (thrown) {
    throw asCallError(thrown);
  }
}

/** What the first picture shows. */
export async function first(): Promise<First> {
  const early = window.tiebreakFirst;
  if (early === undefined) return call("first", {});
  // It is as old as the page.
  delete window.tiebreakFirst;
  try {
    return await early;
  } catch (thrown) {
    throw asCallError(thrown);
  }
}
