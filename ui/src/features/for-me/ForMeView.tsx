// Cases that wait for this person by name or role: assigned, escalated, or of somebody they stand in for.
import { Button } from "../../kit/Button";
import { Chip } from "../../kit/Chip";
import { HiddenText } from "../../kit/HiddenText";
import { Icon } from "../../kit/Icon";
import { kindIcon } from "../../kit/kinds";
import list from "../../kit/List.module.css";
import { KeyCap } from "../../kit/KeyCap";
import { go, hrefOf } from "../../kit/place";
import { State } from "../../kit/State";
import { capOf } from "../../keys/table";
import { useRows } from "../../keys/useRows";
import type { ForMeRow } from "../../ipc/types.gen";
import css from "./ForMe.module.css";

export function ForMeView({ rows, onAssign }: { rows: readonly ForMeRow[]; onAssign: (caseId: string, title: string) => void }) {
  const first = rows.find((row) => row.opens);
  const listed = useRows<HTMLUListElement>(first === undefined ? undefined : () => go({ page: "case", id: first.case_id }));
  if (rows.length === 0) return <State icon="inbox" title="Nothing waits for you by name">Cases that are assigned or escalated to you stand here. All others come by their queues.</State>;
  return (
    <section className={list.card} aria-label="Cases for me">
      <ul ref={listed}>
        {rows.map((row) => (
          <li key={row.case_id} className={list.row}>
            <Icon name={kindIcon(row.kind)} />
            <span className={css.what}>
              <span className={css.line}><a data-row href={hrefOf({ page: "case", id: row.case_id })}><HiddenText text={row.title} /></a>{row === first && <> <KeyCap cap={capOf("commit")} /></>}</span>
              <span className={css.under}>
                <HiddenText text={row.words} />
                {row.reason !== null && <> · “<HiddenText text={row.reason} />”</>}
              </span>
            </span>
            {row.with !== null && <span className={list.small}><HiddenText text={row.with} /> has it</span>}
            {row.due !== null && <Chip tone={row.due.late ? "bad" : "warn"} icon="clock">{row.due.words}</Chip>}
            <span className={list.small}>{row.queue_title}</span>
            {row.assignable && <Button onClick={() => onAssign(row.case_id, row.title)} aria-label={`Assign ${row.title}`}>Assign</Button>}
          </li>
        ))}
      </ul>
    </section>
  );
}
