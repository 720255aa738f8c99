// A case that can't be opened to be decided, looked at: somebody else has it, or it is closed. Whoever has it is told who looks, for
// as long as this page is there. The workbench is the ordinary one and takes no choice.
import { useEffect } from "react";
import { contextRoom, contextSections } from "../bench/contextSections";
import { OnlyLooking } from "../bench/onlyLooking";
import { Button } from "../kit/Button";
import { Chip, SensitivityChip } from "../kit/Chip";
import { HiddenText } from "../kit/HiddenText";
import { Note } from "../kit/Note";
import { Page, PageBody, PageHead } from "../kit/Page";
import { go, hrefOf } from "../kit/place";
import { Loading, State } from "../kit/State";
import { call, type CallError } from "../ipc/call";
import { useCall } from "../ipc/queries";
import type { CaseOnScreen, LookedAt } from "../ipc/types.gen";
import { useKeys } from "../keys/useKeys";
import { ContextPanel } from "./ContextPanel";
import { Lookers } from "./Lookers";
import { keyOfCase } from "./Seat";
import { Stage } from "./Stage";
import css from "./CasePlace.module.css";

/** The hub says for two minutes that somebody looks. */
const AGAIN_MS = 45_000;

/** What comes of deciding isn't said to who decides nothing. */
const sectionsToLookAt = (of: CaseOnScreen) => contextSections(of).filter(({ id }) => id !== "ahead");

export interface LookProps {
  id: string;
  /** Why it can't be opened. */
  why: CallError;
  /** This person may read what happened to it. */
  audited: boolean;
  contextOpen: boolean;
  onContext: () => void;
  onAssign: (caseId: string, title: string) => void;
  /** Tries once more to open it. */
  onOpen: () => void;
}

export function Look(props: LookProps) {
  const { id, why, audited } = props;
  const look = useCall("look_at", { case_id: id }, { fresh: true, every: AGAIN_MS });
  useEffect(() => () => {
    // Where this doesn't arrive it is over by itself.
    void call("look_away", { case_id: id }).catch(() => undefined);
  }, [id]);
  if (look.data !== undefined) return <Looking {...props} at={look.data} onAgain={() => void look.refetch()} />;
  return (
    <Page name="Case">
      <PageHead title="Case" />
      <PageBody narrow>
        {look.error === null ? <Loading what="Opening the case" /> : (
          <State icon="warn" tone="warn" title="This case can’t be opened here" actions={<><Button size="tall" onClick={() => window.history.back()}>Back</Button>{audited && <Button size="tall" onClick={() => go({ page: "audit", case: id })}>What happened to it</Button>}</>}><p>{why.message}</p></State>
        )}
      </PageBody>
    </Page>
  );
}

function Looking({ id, audited, contextOpen, onContext, onAssign, onOpen, at, onAgain }: LookProps & { at: LookedAt; onAgain: () => void }) {
  const { case: shown } = at;
  useKeys({ context: onContext }, "place");
  const detail = async (of: CaseOnScreen, contextId: string) => (await call("context_detail", { case_id: of.id, context_id: contextId })).detail;
  const comment = async (of: CaseOnScreen, text: string) => {
    await call("comment", { case_id: of.id, text });
    onAgain();
  };
  const refuse = () => Promise.reject(new Error("Nothing is decided by looking"));
  // Whose it is stands in what the workbench says: another one for another person.
  const seated = [shown];
  const who = at.with ?? "";
  return (
    <>
      <Page name={shown.title}>
        <PageHead
          title={<HiddenText text={shown.title} />} crumb={{ label: shown.queue_title, href: hrefOf({ page: "queue", queue: shown.queue }) }}
          beside={<><SensitivityChip sensitivity={shown.sensitivity} /><Chip tone="blind" icon="eye">only looking</Chip><Lookers looking={shown.looking} /></>}
          end={
            <>
              {audited && <Button onClick={() => go({ page: "audit", case: id })}>What happened to it</Button>}
              {at.assignable && <Button onClick={() => onAssign(id, shown.title)}>Assign</Button>}
              {at.free && <Button tone="primary" onClick={onOpen}>Take it</Button>}
            </>
          }
        />
        <div className={css.note} role="status"><Note icon="eye"><Said at={at} /></Note></div>
        <OnlyLooking value>
          <Stage key={`${keyOfCase(shown)} ${who} ${shown.state}`} seated={seated} busy={false} onCommit={refuse} onSkip={() => undefined} />
        </OnlyLooking>
      </Page>
      <ContextPanel seated={seated} sectionsOf={sectionsToLookAt} wide={contextRoom(shown.body)} open={contextOpen} onToggle={onContext} onDetail={detail} onComment={at.comments ? comment : undefined} />
    </>
  );
}

function Said({ at }: { at: LookedAt }) {
  if (at.with !== null) return <><b><HiddenText text={at.with} /> has it</b> and is told that you look. Nothing is decided here.</>;
  if (at.free) return <>Nobody has it now. Take it to decide it.</>;
  return <>You only look: nothing is decided here.</>;
}
