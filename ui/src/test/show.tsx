// Pages as tests draw them: within the keys, and where they ask the desk, with answers of the shape it sends.
import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, type RenderResult } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach } from "vitest";
import { makeQueryClient } from "../ipc/queries";
import { KeysProvider } from "../keys/useKeys";
import { standInDesk, type Answers, type Asked } from "./desk";

export const nothing = (): void => {};

let leave = nothing;
beforeEach(() => {
  window.location.hash = "";
});
afterEach(() => {
  cleanup();
  leave();
  leave = nothing;
});

export function show(page: ReactNode): RenderResult {
  return render(<KeysProvider>{page}</KeysProvider>);
}

/** The same of a page that asks: what it asked for is noted. */
export function showAsking(page: ReactNode, answers: Answers): { asked: Asked[]; container: HTMLElement } {
  const desk = standInDesk(answers);
  leave = desk.leave;
  const { container } = render(<QueryClientProvider client={makeQueryClient()}><KeysProvider>{page}</KeysProvider></QueryClientProvider>);
  return { asked: desk.asked, container };
}

/** What the desk refuses with. */
export const refused = (code: string, message: string, pointer: string | null = null): never => Promise.reject({ code, message, pointer }) as never;

export const argsOf = (asked: readonly Asked[], name: string): unknown[] => asked.filter((call) => call.name === name).map((call) => call.args);
