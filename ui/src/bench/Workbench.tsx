// Chooses the workbench of a case by its kind. Each takes the case, its view and the contract, and owns nothing beyond it.
import type { WorkbenchProps } from "./contract";
import { ActionBench } from "./action/ActionBench";
import { ConflictBench } from "./conflict/ConflictBench";
import { MatchBench } from "./match/MatchBench";

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
