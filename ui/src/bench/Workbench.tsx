// Chooses the workbench of a case by its kind. Each takes the case, its view and the contract, and owns nothing beyond it.
import type { BodyView } from "../ipc/types.gen";
import type { WorkbenchProps } from "./contract";
import { ActionBench } from "./action/ActionBench";
import { ConflictBench } from "./conflict/ConflictBench";
import { MatchBench } from "./match/MatchBench";

/** What each kind's workbench gets: the contract and the view of its kind. */
export type BenchProps<K extends BodyView["kind"]> = WorkbenchProps & { view: Extract<BodyView, { kind: K }>["view"] };

export function Workbench(props: WorkbenchProps) {
  const { body } = props.case;
  switch (body.kind) {
    case "identity_match":
      return <MatchBench {...props} view={body.view} />;
    case "data_conflict":
      return <ConflictBench {...props} view={body.view} />;
    case "proposed_action":
      return <ActionBench {...props} view={body.view} />;
  }
}
