import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";
import { findings } from "../test/axe";
import { Button, IconButton } from "./Button";
import { Chip, Num, PickChip, SensitivityChip } from "./Chip";
import { CommitButton } from "./CommitButton";
import { Dialog, DialogBody } from "./Dialog";
import { Area, Choice, Field, Select } from "./Field";
import { clock, count, countdown, percent, percentRange, plural, shortHash, signed } from "./format";
import { partsOf } from "./hidden";
import { HiddenText } from "./HiddenText";
import { KeyCap } from "./KeyCap";
import { Banner, Note } from "./Note";
import { RateLine } from "./RateBar";
import { Edits, Segments } from "./Segments";
import { Loading, State } from "./State";
import { Toasts, useToast } from "./Toasts";
import { UndoCard } from "./UndoCard";

const nothing = () => {};

describe("buttons", () => {
  it("are found by their words, not by their key cap, and name their key", () => {
    render(<CommitButton label="Same" cap="S" onClick={nothing} />);
    expect(screen.getByRole("button", { name: "Same" }).getAttribute("aria-keyshortcuts")).toBe("S");
  });

  it("say why they can't be pressed, and don't act", async () => {
    const act = vi.fn<() => void>();
    render(<CommitButton label="Approve" cap="A" why="You proposed this" onClick={act} />);
    const button = screen.getByRole("button", { name: "Approve", description: "You proposed this" });
    expect(button.getAttribute("aria-disabled")).toBe("true");
    await userEvent.click(button);
    expect(act).not.toHaveBeenCalled();
  });

  it("say whether they are chosen", () => {
    render(<CommitButton label="Reject" cap="R" chosen onClick={nothing} />);
    expect(screen.getByRole("button", { name: "Reject", pressed: true })).toBeTruthy();
  });

  it("leave the focus where it was when clicked", async () => {
    render(<><textarea aria-label="Comment" /><Button onClick={nothing}>Skip</Button></>);
    const area = screen.getByRole("textbox", { name: "Comment" });
    area.focus();
    await userEvent.click(screen.getByRole("button", { name: "Skip" }));
    expect(document.activeElement).toBe(area);
  });

  it("pass axe in every tone", async () => {
    const { container } = render(
      <div>
        <Button icon="search">Find</Button><Button tone="plain" cap="→">Skip</Button><Button tone="primary">Sign in</Button>
        <Button why="The hub is away">Export</Button><IconButton icon="panel" label="Hide context" cap="]" />
        <CommitButton label="Save" tone="primary" cap="↵" /><CommitButton label="Hold to cancel" tone="danger" hold holding cap="↵" />
        <PickChip number={2} label="Shared phone" picked cap="Alt 2" onPick={nothing} />
      </div>,
    );
    expect(await findings(container)).toEqual([]);
  });
});

describe("fields", () => {
  it("tie label, help and error together", () => {
    render(<Field label="ZIP" help="As printed" error="5 digits" defaultValue="6062" />);
    const field = screen.getByRole("textbox", { name: "ZIP", description: "As printed 5 digits" });
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(screen.getByRole("alert").textContent).toBe("5 digits");
  });

  it("pick one of several", async () => {
    const pick = vi.fn<(value: string) => void>();
    render(<Choice label="Theme" options={[{ value: "light", label: "Light" }, { value: "dark", label: "Dark" }]} value="light" onPick={pick} />);
    await userEvent.click(screen.getByRole("radio", { name: "Dark" }));
    expect(pick).toHaveBeenCalledWith("dark");
  });

  it("pass axe", async () => {
    const { container } = render(
      <form>
        <Field label="Address" defaultValue="https://hub.example" tall /><Area label="Comment" help="Kept with the decision" />
        <Select label="Queue" hideLabel chip options={[{ value: "a", label: "Sites" }]} value="a" onPick={nothing} />
        <Choice label="Theme" options={[{ value: "l", label: "Light" }]} value="l" onPick={nothing} />
      </form>,
    );
    expect(await findings(container)).toEqual([]);
  });
});

describe("words and figures", () => {
  it("read out a rate with its count and interval", () => {
    render(<RateLine rate={{ rate: 0.493, low: 0.447, high: 0.54, n: 446, count: 220 }} />);
    expect(screen.getByRole("img", { name: "49.3\u202f%, 220 of 446, 95 % interval 45–54\u202f%" })).toBeTruthy();
  });

  it("write figures the same way everywhere", () => {
    expect(percent(0.5)).toBe("50.0\u202f%");
    expect(percentRange(0.001, 0.004)).toBe("0.1–0.4\u202f%");
    expect([signed(5.72), signed(-2.44), signed(-0.04), signed(0)]).toEqual(["+5.7", "−2.4", "0.0", "0.0"]);
    expect([countdown(82), countdown(0.2), countdown(-3)]).toEqual(["1:22", "0:01", "0:00"]);
    expect([plural(1, "case"), plural(1284, "case")]).toEqual(["1 case", "1,284 cases"]);
    expect(shortHash("sha256:8f0b123456789051de")).toBe("8f0b…51de");
    expect(clock("2026-11-21T08:31:00", new Date("2026-11-21T09:00:00"))).toBe("08:31");
    expect(clock("2026-11-20T08:31:00", new Date("2026-11-21T09:00:00"))).toBe("20 Nov, 08:31");
    expect(clock("2025-09-02T18:05:00", new Date("2026-11-21T09:00:00"))).toBe("2 Sep 2025, 18:05");
    expect([0, 999, 1000, 45_678, 1_234_567].map(count)).toEqual(["0", "999", "1,000", "45,678", "1,234,567"]);
  });

  it("offer the undo by name and read out what was decided, not the countdown", () => {
    render(<UndoCard what="Different" of="Mary Crane" then="On disk. Final in 1:22" left={0.68} action={{ label: "Undo", cap: "⌫", run: nothing }} />);
    expect(screen.getByRole("status").textContent).toBe("DifferentMary Crane");
    expect(screen.getByRole("button", { name: "Undo" })).toBeTruthy();
  });

  it("say on the undo card what the decision did away with", () => {
    render(<UndoCard what="Different" overrides="Overrides: Same, 98 %" of="Mary Crane" then="On disk" />);
    expect(screen.getByRole("status").textContent).toBe("DifferentOverrides: Same, 98 %Mary Crane");
  });

  it("pass axe", async () => {
    const { container } = render(
      <div>
        <Chip tone="warn" icon="clock">due 08:40</Chip><SensitivityChip sensitivity="restricted" /><Num n={3} /><Num n={9} /><KeyCap cap="⌫" spoken />
        <Note tone="bad" live>The hub refuses this decision: <b>the case expired at 17:00.</b></Note><Banner end={<Button tone="plain">Try now</Button>}>Offline</Banner>
        <State icon="check" tone="ok" title="Sites is done" actions={<Button>Export</Button>}>53 decided.</State><Loading what="Reading the case" />
        <Segments segments={[{ text: "785", sort: "same" }, { text: "4393", sort: "differs" }, { text: "\u200b", sort: "hidden", really: "U+200B" }]} />
        <p><Edits edits={[{ text: "paying ", sort: "kept" }, { text: "$7,136", sort: "removed" }, { text: "$6,594", sort: "added" }]} /></p>
        <UndoCard what="Same" of="V & J Day Care Center" then="On disk" left={0.5} action={{ label: "Undo", cap: "⌫", run: nothing }} />
      </div>,
    );
    expect(await findings(container)).toEqual([]);
  });

  it("show one toast at a time", async () => {
    function Speaker() {
      const say = useToast();
      return <><Button onClick={() => say("Different is N")}>one</Button><Button onClick={() => say("You proposed this")}>two</Button></>;
    }
    render(<Toasts><Speaker /></Toasts>);
    await userEvent.click(screen.getByRole("button", { name: "one" }));
    await userEvent.click(screen.getByRole("button", { name: "two" }));
    expect(screen.getByRole("status").textContent).toBe("You proposed this");
  });
});

describe("text that others wrote", () => {
  it("stays as it is when nothing is hidden in it", () => {
    for (const text of ["1 E 113TH ST", "Müller GmbH", "東京都", "Москва", "👩‍👧 ❤️", "line\nline"]) expect(partsOf(text).every((p) => p.drawn === undefined), text).toBe(true);
  });

  it("draws nothing of what it takes for plain at a glance, whatever stands beside it", () => {
    const plain = [[0x20, 0x7e], [0xa0, 0xac], [0xae, 0x24f], [0x2010, 0x2027], [0x202f, 0x205e], [0x20a0, 0x20bf], [0x2190, 0x22ff]] as const;
    for (const [from, to] of plain) {
      for (let code = from; code <= to; code++) {
        const character = String.fromCodePoint(code);
        // The Han letter has it looked at one by one.
        expect(partsOf(`a${character}東`).every((part) => part.drawn === undefined), code.toString(16)).toBe(true);
      }
    }
  });
  it("has its hidden and look-alike characters drawn with their code point", () => {
    expect(partsOf("exаmple").map((p) => p.drawn?.code)).toEqual([undefined, "U+0430", undefined]);
    expect(partsOf("pay\u200b now\u202e").map((p) => p.drawn?.kind)).toEqual([undefined, "hidden", undefined, "hidden"]);
    render(<HiddenText text={"ex\u0430mple.com"} />);
    expect(screen.getByTitle("looks like another letter: U+0430").textContent).toBe("\u0430 U+0430");
  });

  it("never becomes markup", () => {
    const { container } = render(<HiddenText text={'<img src=x onerror="alert(1)">'} />);
    expect(container.querySelector("img")).toBeNull();
  });
});

describe("a dialog", () => {
  it("is named, keeps the focus inside and passes axe", async () => {
    render(<Dialog label="Keys" onClose={nothing}><DialogBody title="Keys" buttons={<Button>Close</Button>}>One table.</DialogBody></Dialog>);
    const dialog = screen.getByRole("dialog", { name: "Keys" });
    expect(dialog.contains(document.activeElement)).toBe(true);
    expect(await findings(dialog)).toEqual([]);
  });
});

describe("text that others wrote", () => {
  const turned = "gpj.exe\u202Efdp";
  const places: [string, ReactNode][] = [
    ["an edit", <Edits edits={[{ sort: "kept", text: turned }, { sort: "added", text: turned }, { sort: "removed", text: turned }]} />],
    ["the undo card", <UndoCard what={turned} of={turned} then="On disk" />],
    ["a committing button", <CommitButton label={turned} />],
    ["a reason", <PickChip label={turned} picked={false} onPick={nothing} />],
    ["a chip", <Chip>{turned}</Chip>],
    ["a note", <Note>{turned}</Note>],
    ["a field", <Field label={turned} help={turned} error={turned} value="" readOnly />],
    ["a page with nothing on it", <State icon="inbox" title={turned} />],
  ];
  it.each(places)("is drawn and takes no effect in %s", (_, place) => {
    const { container } = render(<>{place}</>);
    expect(container.textContent).toContain("U+202E");
    expect(container.textContent).not.toContain("\u202E");
  });

  it("is drawn in what the window says for a moment", async () => {
    const Say = () => { const say = useToast(); return <Button onClick={() => say(turned)}>Say</Button>; };
    const { container } = render(<Toasts><Say /></Toasts>);
    await userEvent.click(screen.getByRole("button", { name: "Say" }));
    expect(container.textContent).toContain("U+202E");
    expect(container.textContent).not.toContain("\u202E");
  });
});
