import { useState } from "react";
import { Button } from "../../kit/Button";
import { Note } from "../../kit/Note";
import { Page, PageBody, PageHead } from "../../kit/Page";
import { Loading } from "../../kit/State";
import { useToast } from "../../kit/Toasts";
import { useCall, useChange } from "../../ipc/queries";
import type { ToolView } from "../../ipc/types.gen";
import { ToolDialog } from "./ToolDialog";
import { ToolsView } from "./ToolsView";

export function Tools() {
  const all = useCall("tools", {}, { fresh: true });
  const [open, setOpen] = useState<{ tool: ToolView | undefined } | undefined>(undefined);
  const register = useChange("register_tool");
  const say = useToast();
  const mayRegister = all.data?.why_not === null;
  const show = (tool: ToolView | undefined) => { register.reset(); setOpen({ tool }); };
  return (
    <Page name="Tools">
      <PageHead title="Tools" end={all.data !== undefined && <Button icon="plus" why={all.data.why_not ?? undefined} onClick={() => show(undefined)}>Register a tool</Button>} />
      <PageBody>
        {all.error !== null ? <Note tone="bad" live>{all.error.message}</Note> : all.data === undefined ? <Loading what="Asking the hub" /> : <ToolsView tools={all.data.tools} mayRegister={mayRegister} onOpen={show} />}
      </PageBody>
      {open !== undefined && (
        <ToolDialog
          tool={open.tool} busy={register.isPending} error={register.error === null ? undefined : { text: register.error.message, pointer: register.error.pointer }}
          onRegister={(args) => register.mutate(args, { onSuccess: () => { setOpen(undefined); say(`${args.name} is registered`); } })} onClose={() => setOpen(undefined)}
        />
      )}
    </Page>
  );
}
