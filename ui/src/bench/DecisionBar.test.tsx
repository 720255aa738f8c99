// What a draft overrides is said whatever else stands at the bar's right end.
import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Assessment } from "../ipc/types.gen";
import "../test/show";
import { DecisionBar } from "./DecisionBar";
import { caseOf, NO_ANSWER, ONE } from "./fixtures";

const OVER = "Overrides: 3 groups, 98 %";
const overriding: Assessment = { ...NO_ANSWER, refusal: null, overrides: OVER };
const ahead: Assessment["ahead"] = { text: "Goes to a second person", because: [], waits: true };
const shown = caseOf({ kind: "data_conflict", view: ONE });

it("says it beside what is left open, also where the decision goes to somebody else", () => {
  render(<DecisionBar shown={shown} assessment={{ ...overriding, ahead }} said="1 pair can’t be told">{null}</DecisionBar>);
  for (const words of ["Goes to a second person", "1 pair can’t be told", OVER]) expect(screen.getByText(words)).toBeTruthy();
});

it("says it once beside what is left open where nobody else has a say", () => {
  render(<DecisionBar shown={shown} assessment={overriding} said="1 pair can’t be told">{null}</DecisionBar>);
  expect(screen.getAllByText(OVER)).toHaveLength(1);
});

it("says it with the hash where the buttons need the room, as at Proceed", () => {
  const { rerender } = render(<DecisionBar shown={shown} assessment={{ ...overriding, ahead }} signing tight>{null}</DecisionBar>);
  expect(screen.getByText(OVER)).toBeTruthy();
  expect(screen.getByTitle(shown.content_hash)).toBeTruthy();
  rerender(<DecisionBar shown={shown} assessment={{ ...overriding, overrides: null, ahead }} signing tight>{null}</DecisionBar>);
  expect(screen.queryByText("Goes to a second person")).toBeNull();
});
