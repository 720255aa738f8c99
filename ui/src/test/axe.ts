// axe over one rendered piece. Colour contrast needs a real layout engine and is checked in the window itself.
import axe from "axe-core";

/** The findings as lines; an empty list is a pass. `page` says whether the piece is a whole page with its landmarks. */
export async function findings(element: Element, page = false): Promise<string[]> {
  const result = await axe.run(element, {
    rules: {
      "color-contrast": { enabled: false },
      region: { enabled: page },
      "page-has-heading-one": { enabled: page },
    },
  });
  return result.violations.map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => n.html).join(" | ")})`);
}
