// What is withheld and what committing leads to where others have a say, for the context beside a case: said before one decides.
import { HiddenText } from "../kit/HiddenText";
import type { CaseOnScreen } from "../ipc/types.gen";
import type { ContextSection } from "./contract";
import css from "./contextSections.module.css";

export function aheadSection(shown: CaseOnScreen): ContextSection[] {
  const { ahead } = shown.assessment;
  const lines: string[] = [];
  if (!shown.show_machine) lines.push("Scores and the machine’s suggestion are hidden until you have decided, so that your answer is your own.");
  if (shown.state === "awaiting_second") lines.push("Somebody has decided this already. What they decided is shown to nobody who could still be asked. If you agree, it is decided; if not, an adjudicator sees both.");
  if (ahead?.waits === true) lines.push("It then waits for a second person, who decides without seeing your answer.");
  if (lines.length === 0) return [];
  return [{
    id: "ahead", title: "After you decide",
    content: <div className={css.ahead}>{ahead?.because.map((why) => <p key={why}><b><HiddenText text={why} /></b></p>)}{lines.map((line) => <p key={line}>{line}</p>)}</div>,
  }];
}
