// The desk as a test needs it: answers to calls, said by the test, and what was asked. It knows no rule.
import type { IpcCalls } from "../ipc/types.gen";

type Name = keyof IpcCalls;
export type Answers = { [K in Name]?: (args: IpcCalls[K]["args"]) => IpcCalls[K]["result"] };

export interface Asked {
  name: Name;
  args: unknown;
}

/** Stands in for the window's door until `leave` is called. */
export function standInDesk(answers: Answers): { asked: Asked[]; leave: () => void } {
  const asked: Asked[] = [];
  const page = globalThis as unknown as { isTauri?: boolean; __TAURI_INTERNALS__?: unknown; __TAURI_EVENT_PLUGIN_INTERNALS__?: unknown };
  page.isTauri = true;
  // Events can be listened for; none come.
  page.__TAURI_EVENT_PLUGIN_INTERNALS__ = { unregisterListener: () => {} };
  page.__TAURI_INTERNALS__ = {
    transformCallback: () => 0,
    invoke: (command: string, { call }: { call: { call: Name; args: never } }) => {
      if (command !== "ipc") return Promise.resolve(0);
      asked.push({ name: call.call, args: call.args });
      const answer = answers[call.call] as ((args: never) => unknown) | undefined;
      return answer === undefined ? Promise.reject({ code: "not_asked_here", message: `${call.call} isn’t answered in this test` }) : Promise.resolve(answer(call.args));
    },
  };
  return {
    asked,
    leave: () => {
      delete page.isTauri;
      delete page.__TAURI_INTERNALS__;
      delete page.__TAURI_EVENT_PLUGIN_INTERNALS__;
    },
  };
}
