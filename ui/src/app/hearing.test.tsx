// A window that can't hear the desk says so and goes on by asking.
import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeQueryClient } from "../ipc/queries";
import type { Topic } from "../ipc/types.gen";
import { show } from "../test/show";
import { ASK_EVERY_MS, Hearing } from "./hearing";
import { DeafBanner } from "./StatusBanner";
import { WorkDesk } from "./WorkDesk";

/** One that fails until `heals` is called. */
function listening() {
  let ill = true;
  let hear: (topics: Topic[]) => void = () => {};
  return {
    listen: (heard: (topics: Topic[]) => void) => {
      hear = heard;
      return ill ? Promise.reject(new Error("no door")) : Promise.resolve();
    },
    heals: () => { ill = false; },
    say: (topics: Topic[]) => hear(topics),
  };
}

describe("a window that can’t hear the desk", () => {
  beforeEach(() => vi.useFakeTimers({ shouldAdvanceTime: true }));
  afterEach(() => vi.useRealTimers());

  const asking = async () => {
    const client = makeQueryClient();
    const answer = vi.fn<() => Promise<number>>(() => Promise.resolve(1));
    const observed = client.getQueryCache();
    const again = () => client.fetchQuery({ queryKey: ["overview", {}], queryFn: answer });
    await again();
    const stale = () => observed.find({ queryKey: ["overview", {}] })?.state.isInvalidated;
    return { client, stale, again };
  };

  it("asks for everything at intervals, and no longer once it hears", async () => {
    const { client, stale, again } = await asking();
    const { listen, heals } = listening();
    const hearing = new Hearing(client, new WorkDesk(), listen);
    await hearing.begin();
    expect(hearing.read()).toBe(true);
    expect(stale()).toBe(false);
    vi.advanceTimersByTime(ASK_EVERY_MS);
    expect(stale()).toBe(true);
    heals();
    await hearing.begin();
    expect(hearing.read()).toBe(false);
    expect(stale(), "what was said meanwhile is asked for once more").toBe(true);
    await again();
    vi.advanceTimersByTime(3 * ASK_EVERY_MS);
    expect(stale()).toBe(false);
  });

  it("fetches again what the desk says has changed, and nothing else", async () => {
    const { client, stale } = await asking();
    const { listen, heals, say } = listening();
    heals();
    await new Hearing(client, new WorkDesk(), listen).begin();
    say(["history"]);
    expect(stale()).toBe(false);
    say(["overview"]);
    expect(stale()).toBe(true);
  });

  it("says so, and lets the person try again", async () => {
    const { client } = await asking();
    const { listen, heals } = listening();
    const hearing = new Hearing(client, new WorkDesk(), listen);
    await hearing.begin();
    show(<DeafBanner hearing={hearing} />);
    expect(screen.getByText("This window doesn’t hear what changes.")).toBeTruthy();
    heals();
    vi.useRealTimers();
    await userEvent.click(screen.getByRole("button", { name: "Listen again" }));
    await act(() => Promise.resolve());
    expect(screen.queryByText("This window doesn’t hear what changes.")).toBeNull();
  });
});
