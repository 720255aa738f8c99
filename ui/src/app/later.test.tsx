// Pages that come in a piece of their own: empty until it is here, and from then on there at once.
import { act, render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { KeysProvider } from "../keys/useKeys";
import { fetchPages, later } from "./later";

const Help = later("Help");
const open = () => render(<KeysProvider><Help onClose={() => {}} /></KeysProvider>);

it("a page comes by itself once its code is here, and from then on with the first drawing", async () => {
  const { unmount } = open();
  expect(screen.queryByRole("dialog"), "nothing stands in its place").toBeNull();
  await act(async () => void (await fetchPages()));
  expect(await screen.findByRole("dialog", {}, { timeout: 3000 })).toBeTruthy();
  unmount();
  open();
  expect(screen.queryByRole("dialog"), "drawn at once, waiting for nothing").not.toBeNull();
}, 30_000);
